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

enum class Interpolation {
    pillow,         ///< two passes, antialiased bilinear, the very pixels of Pillow and torchvision
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
    std::string synset_map;  ///< devkit: line i = synset of ILSVRC id i. synsets, kaggle: sorted
                             ///< list if it isn't to be derived
    int first = 0;           ///< only the first N images; 0: all
    bool one_per_class = false;  ///< one image of each class, drawn with `subset_seed`
    std::uint64_t subset_seed = 1;
    int allow_bad_images =
        0;  ///< so many unreadable images are left out (and listed) before it is an error
    Preset preset = Preset::torchvision;
    Preprocessing preprocessing;
};

/// Section "dataset". `preset` is applied when it is set, so it must come before the numbers it
/// sets: whoever reads flags and files applies it first.
core::Section options(Settings& settings);

}  // namespace faultline::dataset
