#pragma once

#include <faultline/core/options.h>
#include <cstdint>
#include <string>
#include <vector>

namespace faultline::dataset {

/// How a folder of images carries its labels.
enum class Layout {
    automatic,  ///< found out from what lies in the folder and from the labels file
    folders,    ///< one folder per class; label = index of the sorted folder name
    list,       ///< flat folder + lines "name label", labels from 0 (Caffe's val.txt)
    devkit,   ///< flat folder + ILSVRC2012_validation_ground_truth.txt, 1-based ILSVRC ids; needs a
              ///< map
    synsets,  ///< flat folder + line i = synset of image i; label = index of the sorted synset
    kaggle,   ///< flat folder + LOC_val_solution.csv; first synset of the row
    cifar10,  ///< 3073-byte records: label, then 32x32 planes R, G, B
};

/// Pillow's antialiased bilinear comes in two: since 13 it filters along the columns first when the
/// height loses more than twice as many pixels as the width (portraits above about 2:1, or squashed
/// ones), which rounds some pixels otherwise. All other images agree.
enum class Interpolation {
    pillow,         ///< the very pixels of torchvision with Pillow up to 12: rows, then columns
    pillow_13,      ///< with Pillow 13
    opencv_linear,  ///< cv::INTER_LINEAR
    opencv_area,    ///< cv::INTER_AREA
};

/// What happens to the size before the crop.
enum class Resize {
    none,        ///< the image as it is
    short_side,  ///< short side to `resize_size`, long side to int(resize_size * long / short)
    squash,      ///< both sides to `resize_size`
};

enum class Channels { rgb, bgr };

/// From a file's bytes to what the network sees: decode, resize, crop the centre, order channels,
/// then (pixel / scale - mean) / standard deviation, in this order, per channel in the network's
/// order.
struct Preprocessing {
    Resize resize = Resize::short_side;
    int resize_size = 256;
    Interpolation interpolation = Interpolation::pillow;
    int crop = 224;  ///< side of the centre crop; 0: no crop
    Channels channels = Channels::rgb;
    double scale = 255;
    std::vector<double> mean = {0.485, 0.456, 0.406};
    std::vector<double> deviation = {0.229, 0.224, 0.225};

    bool operator==(const Preprocessing&) const = default;
};

/// Named starting points; each number can be set on its own besides.
enum class Preset {
    torchvision,  ///< short side 256, crop 224, RGB, /255, ImageNet mean and deviation
    caffe,        ///< squash to 256, crop 227 centre, BGR, minus (104, 117, 123), scale 1
    none,         ///< the image as it is, RGB, scale 255, mean 0, deviation 1
};

Preprocessing preset(Preset preset);

struct Settings {
    std::string images;  ///< folder, or a CIFAR-10 file
    std::string labels;  ///< labels file; empty where the layout needs none
    Layout layout = Layout::automatic;
    /// devkit: line i starts with the synset of ILSVRC id i. folders, synsets, kaggle: all classes,
    /// one at the start of each line, where they aren't to be derived from what is there.
    std::string synset_map;
    int skip = 0;   ///< leave out the first N images (after one_per_class): the rest of a split
    int first = 0;  ///< only the first N images (after skip); 0: all
    bool one_per_class = false;  ///< one image of each class, drawn with `subset_seed`
    std::uint64_t subset_seed = 1;
    int allow_bad_images = 0;  ///< so many unusable images are left out, and listed
    Preset preset = Preset::torchvision;
    Preprocessing preprocessing;

    bool operator==(const Settings&) const = default;
};

/// Section "dataset". Its first option, "preprocessing", sets all of the preprocessing's numbers to
/// the preset's; options are applied in the section's order, so numbers given beside it win.
core::Section options(Settings& settings);

}  // namespace faultline::dataset
