#include <faultline/dataset/settings.h>

#include <algorithm>

#include "world.h"

namespace faultline::dataset {
namespace {

core::Json echo(Settings settings) {
    const std::vector<core::Section> sections = {options(settings)};
    return core::values(sections);
}

Settings applied(const std::string& json, Settings settings = {}) {
    const std::vector<core::Section> sections = {options(settings)};
    core::apply(sections, core::parse_json(json, "test"), "test");
    return settings;
}

TEST(Preset, TorchvisionIsTheDefault) {
    EXPECT_EQ(Settings().preprocessing, preset(Preset::torchvision));
    EXPECT_EQ(Settings().preset, Preset::torchvision);
}

TEST(Preset, CaffeSquashesAndSubtractsTheMeanInTheNetworksOrder) {
    const auto numbers = preset(Preset::caffe);
    EXPECT_EQ(numbers.resize, Resize::squash);
    EXPECT_EQ(numbers.resize_size, 256);
    EXPECT_EQ(numbers.interpolation, Interpolation::opencv_linear);
    EXPECT_EQ(numbers.crop, 227);
    EXPECT_EQ(numbers.channels, Channels::bgr);
    EXPECT_EQ(numbers.scale, 1);
    EXPECT_EQ(numbers.mean, (std::vector<double>{104, 117, 123}));
    EXPECT_EQ(numbers.deviation, (std::vector<double>{1, 1, 1}));
}

TEST(Options, LetNumbersBesideThePresetWin) {
    const auto settings =
        applied(R"({"dataset": {"preprocessing": "caffe", "crop": 224, "channels": "rgb"}})");
    EXPECT_EQ(settings.preset, Preset::caffe);
    auto expected = preset(Preset::caffe);
    expected.crop = 224;
    expected.channels = Channels::rgb;
    EXPECT_EQ(settings.preprocessing, expected);
}

TEST(Options, ResetEarlierNumbersWhenAPresetIsNamed) {
    Settings earlier;
    earlier.preprocessing.crop = 99;
    EXPECT_EQ(applied(R"({"dataset": {"first": 3}})", earlier).preprocessing.crop, 99);
    EXPECT_EQ(applied(R"({"dataset": {"preprocessing": "torchvision"}})", earlier).preprocessing,
              preset(Preset::torchvision));
}

TEST(Options, EchoAndReadBackEverySetting) {
    Settings settings{.images = "somewhere",
                      .labels = "labels.txt",
                      .layout = Layout::devkit,
                      .synset_map = "meta.txt",
                      .first = 17,
                      .one_per_class = true,
                      .subset_seed = 1234567890123456789U,
                      .allow_bad_images = 4,
                      .preset = Preset::caffe,
                      .preprocessing = {.resize = Resize::none,
                                        .resize_size = 77,
                                        .interpolation = Interpolation::opencv_area,
                                        .crop = 33,
                                        .channels = Channels::bgr,
                                        .scale = 0.1,
                                        .mean = {1.0 / 3, 2, 3},
                                        .deviation = {4, 5, 6.7}}};
    EXPECT_EQ(applied(core::to_text(echo(settings))), settings);
    EXPECT_EQ(echo(applied(core::to_text(echo(settings)))), echo(settings));
}

TEST(Options, CanSetEveryNumberOnItsOwn) {
    const auto defaults = echo({});
    const auto changed = echo(applied(R"({"dataset": {"preprocessing": "caffe", "images": "i",
        "labels": "l", "layout": "list", "synset_map": "m", "skip": 1, "first": 1,
        "one_per_class": true,
        "subset_seed": 2, "allow_bad_images": 1, "resize": "none", "resize_size": 9,
        "interpolation": "opencv_area", "crop": 3, "channels": "bgr", "scale": 2,
        "mean": [1, 2, 3], "deviation": [2, 3, 4]}})"));
    for (const auto& [key, value] : defaults.at("dataset").items()) {
        EXPECT_NE(value, changed.at("dataset").at(key)) << key;
    }
}

TEST(Options, RefuseNumbersThatCantBe) {
    for (const auto* text :
         {R"({"deviation": [1, 0, 1]})", R"({"deviation": [1, -1, 1]})", R"({"scale": 0})",
          R"({"mean": [1, 2]})", R"({"crop": -1})", R"({"resize_size": 0})", R"({"first": -1})",
          R"({"layout": "heap"})", R"({"allow_bad_images": -1})", R"({"crops": 1})"}) {
        EXPECT_THROW(applied(std::string(R"({"dataset": )") + text + "}"), core::Error) << text;
    }
}

/// The "dataset" section of a shipped config.
Settings shipped(const std::string& name) {
    const auto path = std::filesystem::path(FAULTLINE_ROOT) / "configs" / (name + ".json");
    return applied(core::to_text({{"dataset", core::read_json(path).at("dataset")}}));
}

TEST(Configs, OfTorchvisionNetworksUseItsPreprocessing) {
    for (const auto* name : {"alexnet", "vgg16", "googlenet", "squeezenet"}) {
        EXPECT_EQ(shipped(name).preprocessing, preset(Preset::torchvision)) << name;
    }
}

TEST(Configs, OfCaffeNetworksTakeImagesAsTheyAre) {
    for (const auto& [name, crop] :
         std::map<std::string, int>{{"bvlc_googlenet", 224}, {"squeezenet_caffe", 227}}) {
        auto expected = preset(Preset::caffe);
        expected.resize = Resize::none;
        expected.crop = crop;
        EXPECT_EQ(shipped(name).preprocessing, expected) << name;
    }
}

TEST(Configs, OfResnet20NormaliseCifarRecords) {
    const auto settings = shipped("resnet20_cifar10");
    auto expected = preset(Preset::torchvision);
    expected.resize = Resize::none;
    expected.crop = 0;
    EXPECT_EQ(settings.preprocessing, expected);
    EXPECT_EQ(settings.layout, Layout::cifar10);
}

}  // namespace
}  // namespace faultline::dataset
