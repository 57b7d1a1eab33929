#include <faultline/core/error.h>
#include <faultline/dataset/settings.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

namespace faultline::dataset {
namespace {

using core::option;

const std::vector<std::pair<std::string, Layout>> layout_names = {
    {"automatic", Layout::automatic}, {"folders", Layout::folders}, {"list", Layout::list},
    {"devkit", Layout::devkit},       {"synsets", Layout::synsets}, {"kaggle", Layout::kaggle},
    {"cifar10", Layout::cifar10}};

core::Option preset_option(Settings& settings) {
    return core::choice_option(
        "preprocessing", [&settings] { return static_cast<int>(settings.preset); },
        [&settings](int value) {
            settings.preset = static_cast<Preset>(value);
            settings.preprocessing = preset(settings.preset);
        },
        {{"torchvision", static_cast<int>(Preset::torchvision)},
         {"caffe", static_cast<int>(Preset::caffe)},
         {"none", static_cast<int>(Preset::none)}},
        "how images are prepared; sets every number below, which can then be set on its own");
}

core::Option deviation_option(std::vector<double>& deviation) {
    auto plain =
        option("deviation", deviation, "standard deviation per channel, in the network's order", 3);
    plain.write = [write = plain.write, &deviation](const core::Json& json) {
        write(json);
        if (std::ranges::all_of(deviation, [](double value) { return value > 0; })) return;
        throw core::Error(core::Fault::usage,
                          fmt::format("deviation: {} holds a value that isn't above 0; pixels are "
                                      "divided by it",
                                      deviation));
    };
    return plain;
}

void add_preprocessing(std::vector<core::Option>& options, Preprocessing& numbers) {
    constexpr int side_limit = 16384;
    options.push_back(option(
        "resize", numbers.resize, "what sets the size before the crop",
        {{"none", Resize::none}, {"short_side", Resize::short_side}, {"squash", Resize::squash}}));
    options.push_back(option("resize_size", numbers.resize_size,
                             "short side, or both sides when squashed", {1, side_limit}));
    options.push_back(
        option("interpolation", numbers.interpolation,
               "pillow: the pixels of torchvision with Pillow up to 12; pillow_13: with 13",
               {{"pillow", Interpolation::pillow},
                {"pillow_13", Interpolation::pillow_13},
                {"opencv_linear", Interpolation::opencv_linear},
                {"opencv_area", Interpolation::opencv_area}}));
    options.push_back(
        option("crop", numbers.crop, "side of the centre crop; 0: none", {0, side_limit}));
    options.push_back(option("channels", numbers.channels, "the order the network wants",
                             {{"rgb", Channels::rgb}, {"bgr", Channels::bgr}}));
    options.push_back(option("scale", numbers.scale, "pixels 0..255 are divided by it first",
                             {std::numeric_limits<double>::min()}));
    options.push_back(
        option("mean", numbers.mean, "subtracted per channel, in the network's order", 3));
    options.push_back(deviation_option(numbers.deviation));
}

}  // namespace

Preprocessing preset(Preset preset) {
    switch (preset) {
        case Preset::torchvision:
            return {};
        case Preset::caffe:
            // convert_imageset squashes with cv::resize and its default interpolation.
            return {.resize = Resize::squash,
                    .interpolation = Interpolation::opencv_linear,
                    .crop = 227,
                    .channels = Channels::bgr,
                    .scale = 1,
                    .mean = {104, 117, 123},
                    .deviation = {1, 1, 1}};
        case Preset::none:
            return {.resize = Resize::none, .crop = 0, .mean = {0, 0, 0}, .deviation = {1, 1, 1}};
    }
    return {};
}

core::Section options(Settings& settings) {
    std::vector<core::Option> all = {
        preset_option(settings),
        option("images", settings.images, "folder of images, or a CIFAR-10 file", "PATH"),
        option("labels", settings.labels, "labels file; val.txt in or beside the folder is found",
               "FILE"),
        option("layout", settings.layout, "how images and labels lie on disk", layout_names),
        option("synset_map", settings.synset_map,
               "devkit: line i = synset of ILSVRC id i; folders, synsets, kaggle: all classes",
               "FILE"),
        option("skip", settings.skip, "leave out the first N images",
               {0, std::numeric_limits<int>::max()}),
        option("first", settings.first, "only the first N images (after --skip); 0: all",
               {0, std::numeric_limits<int>::max()}),
        option("one_per_class", settings.one_per_class, "one image of each class, drawn at random"),
        option("subset_seed", settings.subset_seed, "seed of that draw"),
        option("allow_bad_images", settings.allow_bad_images,
               "leave out (and list) so many unusable images before refusing",
               {0, std::numeric_limits<int>::max()})};
    add_preprocessing(all, settings.preprocessing);
    return {"dataset", std::move(all)};
}

}  // namespace faultline::dataset
