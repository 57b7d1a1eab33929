// Pixels made by torchvision and Pillow (scripts/make_dataset_references.py) against our own.
#include <faultline/core/files.h>
#include <faultline/core/json.h>

#include "world.h"

namespace faultline::dataset {
namespace {

const std::filesystem::path folder =
    std::filesystem::path(FAULTLINE_ROOT) / "tests" / "data" / "images";

Preprocessing preprocessing_of(const core::Json& reference, Interpolation interpolation) {
    const std::map<std::string, Resize> names = {
        {"none", Resize::none}, {"short_side", Resize::short_side}, {"squash", Resize::squash}};
    auto numbers = preset(Preset::none);
    numbers.resize = names.at(reference.at("resize"));
    numbers.resize_size = reference.at("resize_size");
    numbers.crop = reference.at("crop");
    numbers.interpolation = interpolation;
    return numbers;
}

/// The reference's pixels as a block holds them.
Block expected_block(const std::string& file) {
    const auto image = cv::imread((folder / file).string(), cv::IMREAD_COLOR);
    std::vector<std::uint8_t> pixels;
    for (int c = 0; c < 3; ++c) {
        for (const auto& pixel : cv::Mat_<cv::Vec3b>(image)) pixels.push_back(pixel[2 - c]);
    }
    return {.count = 1,
            .height = image.rows,
            .width = image.cols,
            .pixels = std::move(pixels),
            .labels = {}};
}

/// How many references there are for this interpolation; each must be met.
int compare(const std::string& interpolation_name, Interpolation interpolation) {
    int count = 0;
    for (const auto& reference : core::read_json(folder / "references.json")) {
        if (!reference.at("expected").contains(interpolation_name)) continue;
        const auto name = reference.at("image").get<std::string>();
        const auto bytes = core::read_file(folder / name, 1U << 20U);
        const auto block =
            prepare(bytes_of(bytes), preprocessing_of(reference, interpolation), name);
        const auto file = reference.at("expected").at(interpolation_name).get<std::string>();
        EXPECT_TRUE(block == expected_block(file)) << reference.dump();
        ++count;
    }
    return count;
}

TEST(Prepare, GivesThePixelsOfTorchvisionWithPillowUpTo12) {
    EXPECT_GT(compare("pillow", Interpolation::pillow), 30);
}

TEST(Prepare, GivesThePixelsOfTorchvisionWithPillow13) {
    EXPECT_GT(compare("pillow_13", Interpolation::pillow_13), 30);
}

TEST(Prepare, DiffersWithOpencvsInterpolationsWhenShrinking) {
    const auto bytes = core::read_file(folder / "wide.jpg", 1U << 20U);
    Preprocessing numbers{.resize_size = 48, .crop = 41};
    const auto pillow = prepare(bytes_of(bytes), numbers, "wide.jpg");
    numbers.interpolation = Interpolation::opencv_linear;
    const auto linear = prepare(bytes_of(bytes), numbers, "wide.jpg");
    numbers.interpolation = Interpolation::opencv_area;
    const auto area = prepare(bytes_of(bytes), numbers, "wide.jpg");
    EXPECT_EQ(linear.pixels.size(), pillow.pixels.size());
    EXPECT_NE(linear.pixels, pillow.pixels);
    EXPECT_NE(area.pixels, pillow.pixels);
    EXPECT_NE(area.pixels, linear.pixels);
}

}  // namespace
}  // namespace faultline::dataset
