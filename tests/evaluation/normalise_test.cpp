#include <faultline/evaluation/normalise.h>
#include <gtest/gtest.h>

#include <ATen/Parallel.h>

#include "support/networks.h"

namespace faultline {
namespace {

using evaluation::normalise;

/// Every pixel in every channel, in another order in each; two images of 16 x 16.
dataset::Block every_pixel() {
    std::vector<std::uint8_t> pixels;
    for (int k = 0; k < 2 * 3 * 256; ++k) {
        pixels.push_back(static_cast<std::uint8_t>((k * 77 + k / 256) % 256));
    }
    return {0, 2, 16, 16, std::move(pixels), {1, 2}};
}

/// What ATen's own operations make of the block, one after the other.
at::Tensor by_operations(const dataset::Block& block, const dataset::Preprocessing& preprocessing) {
    const auto numbers = [](const std::vector<double>& values) {
        return at::tensor(values, at::kDouble).to(at::kFloat).reshape({1, 3, 1, 1});
    };
    auto* pixels = const_cast<std::uint8_t*>(block.pixels.data());
    const auto bytes =
        at::from_blob(pixels, {block.count, 3, block.height, block.width}, at::kByte);
    const std::vector<double> scale(3, preprocessing.scale);
    return bytes.to(at::kFloat)
        .div(numbers(scale))
        .sub(numbers(preprocessing.mean))
        .div(numbers(preprocessing.deviation));
}

std::vector<dataset::Preprocessing> several() {
    auto thirds = dataset::preset(dataset::Preset::torchvision);
    thirds.scale = 1.0 / 3;
    thirds.mean = {1e-30, -7.7, 1e30};
    thirds.deviation = {1e-38, 3e38, 0.1};
    return {dataset::preset(dataset::Preset::torchvision), dataset::preset(dataset::Preset::caffe),
            dataset::preset(dataset::Preset::none), thirds};
}

TEST(Normalise, HasTheBitsOfTheArithmeticForEveryPixel) {
    for (const auto& preprocessing : several()) {
        EXPECT_TRUE(tests::same_bits(normalise(every_pixel(), preprocessing, at::kCPU),
                                     by_operations(every_pixel(), preprocessing)));
    }
}

TEST(Normalise, DoesNotDependOnTheThreads) {
    constexpr int size = 224;
    std::vector<std::uint8_t> pixels;
    for (int k = 0; k < 7 * 3 * size * size; ++k) {
        pixels.push_back(static_cast<std::uint8_t>(k * 31 + k / 1000));
    }
    const dataset::Block block{0, 7, size, size, std::move(pixels), {}};
    const auto before = at::get_num_threads();
    for (const int threads : {1, 2, 3, 16}) {
        at::set_num_threads(threads);
        EXPECT_TRUE(tests::same_bits(normalise(block, {}, at::kCPU), by_operations(block, {})));
    }
    at::set_num_threads(before);
}

TEST(Normalise, OfNoImagesIsEmpty) {
    EXPECT_EQ(normalise({0, 0, 8, 8, {}, {}}, {}, at::kCPU).sizes(),
              (std::vector<std::int64_t>{0, 3, 8, 8}));
}

TEST(Normalise, IsPixelByScaleLessMeanByDeviation) {
    const auto block = every_pixel();
    dataset::Preprocessing preprocessing;
    preprocessing.mean = {0.5, 0.5, 0.5};
    preprocessing.deviation = {0.25, 0.25, 0.25};
    const auto values = normalise(block, preprocessing, at::kCPU);
    ASSERT_EQ(values.sizes(), (std::vector<std::int64_t>{2, 3, 16, 16}));
    const auto* value = values.data_ptr<float>();
    for (std::size_t i = 0; i < block.pixels.size(); ++i) {
        EXPECT_EQ(value[i], (static_cast<float>(block.pixels[i]) / 255.F - 0.5F) / 0.25F);
    }
}

TEST(Normalise, TakesEachChannelsOwnNumbers) {
    const auto block = every_pixel();
    dataset::Preprocessing preprocessing;
    preprocessing.scale = 1;
    preprocessing.mean = {104, 117, 123};
    preprocessing.deviation = {1, 2, 4};
    const auto values = normalise(block, preprocessing, at::kCPU);
    const auto pixel = [&](std::size_t channel) {
        return static_cast<float>(block.pixels[channel * 256]);
    };
    EXPECT_EQ(values[0][0][0][0].item<float>(), pixel(0) - 104);
    EXPECT_EQ(values[0][1][0][0].item<float>(), (pixel(1) - 117) / 2);
    EXPECT_EQ(values[0][2][0][0].item<float>(), (pixel(2) - 123) / 4);
}

}  // namespace
}  // namespace faultline
