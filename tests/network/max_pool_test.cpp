// The steps' way of pooling against LibTorch's own, bit for bit.

#include "../../src/network/max_pool.h"

#include <gtest/gtest.h>

#include "support/networks.h"

namespace faultline {
namespace {

using Values = std::vector<c10::IValue>;

struct Pool {
    std::int64_t kernel, stride, padding, dilation;
    bool ceiling;
};

Values inputs(const at::Tensor& images, const Pool& pool) {
    const auto pair = [](std::int64_t side) { return std::vector<std::int64_t>{side, side}; };
    return {images,
            pair(pool.kernel),
            pool.stride > 0 ? pair(pool.stride) : std::vector<std::int64_t>{},
            pair(pool.padding),
            pair(pool.dilation),
            pool.ceiling};
}

Values libtorch(Values values) {
    return {at::max_pool2d(values[0].toTensor(), values[1].toIntVector(), values[2].toIntVector(),
                           values[3].toIntVector(), values[4].toIntVector(), values[5].toBool())};
}

const std::vector<Pool> pools = {{3, 2, 0, 1, true},  {3, 2, 0, 1, false}, {3, 1, 1, 1, false},
                                 {3, 2, 1, 1, false}, {5, 1, 2, 1, true},  {2, 2, 0, 1, false},
                                 {2, 1, 0, 2, false}, {3, 0, 0, 1, false}, {7, 3, 3, 1, true}};

/// Numbers of few values, so that there are ties, among them what makes bits differ: both zeros,
/// infinities and NaN of several payloads.
at::Tensor special_images(std::vector<std::int64_t> sizes, int seed) {
    const auto words = at::tensor(
        std::vector<std::int64_t>{0x00000000, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000,
                                  0xff800000, 0x7fc00000, 0x7fc00001, 0xffc12345, 0x00000001});
    const auto count = c10::multiply_integers(sizes);
    const auto number = at::arange(count, at::kLong);
    const auto mixed = number.mul(7919).add(seed).mul(number.add(31)).remainder(4001);
    // Many finite numbers, few of the others; some regions all zeros or all NaN.
    const auto choice =
        at::where(mixed.lt(3600).logical_or(number.div(37, "floor").remainder(5).eq(seed % 5)),
                  mixed.remainder(4), mixed.remainder(10));
    const auto chosen = words.index_select(0, choice);
    return chosen.to(at::kInt).view(at::kFloat).reshape(sizes);
}

TEST(MaxPool, GivesTheBitsOfLibTorchsOwn) {
    const auto faster = network::faster_max_pool(libtorch);
    for (const auto& pool : pools) {
        for (const int channels : {3, 16, 24, 67}) {
            for (int seed = 0; seed < 10; ++seed) {
                const auto images = special_images({2, channels, 13, 11}, seed);
                const auto given = inputs(images, pool);
                const auto wanted = libtorch(given)[0].toTensor();
                const auto found = faster(given)[0].toTensor();
                EXPECT_TRUE(tests::same_bits(found, wanted))
                    << pool.kernel << " by " << pool.stride << ", " << channels << " channels";
                EXPECT_EQ(found.strides(), wanted.strides());
            }
        }
    }
}

TEST(MaxPool, LeavesTheMemorysOrderAsLibTorchWould) {
    const auto faster = network::faster_max_pool(libtorch);
    const Pool whole{7, 1, 0, 1, false};
    const auto images = special_images({2, 32, 7, 7}, 1);
    for (const auto& given :
         {images, images.contiguous(at::MemoryFormat::ChannelsLast), images.slice(1, 0, 17)}) {
        const auto wanted = libtorch(inputs(given, whole))[0].toTensor();
        const auto found = faster(inputs(given, whole))[0].toTensor();
        EXPECT_TRUE(tests::same_bits(found, wanted));
        EXPECT_EQ(found.strides(), wanted.strides());
        EXPECT_EQ(found.suggest_memory_format(), wanted.suggest_memory_format());
    }
}

TEST(MaxPool, ReordersOnlyWhereWindowsOverlap) {
    std::vector<at::MemoryFormat> seen;
    const auto watched = network::faster_max_pool([&](Values values) {
        seen.push_back(values[0].toTensor().suggest_memory_format());
        return libtorch(std::move(values));
    });
    const auto images = special_images({2, 16, 12, 12}, 2);
    watched(inputs(images, {3, 2, 0, 1, false}));
    watched(inputs(images, {2, 2, 0, 1, false}));
    EXPECT_EQ(seen, (std::vector{at::MemoryFormat::ChannelsLast, at::MemoryFormat::Contiguous}));
}

}  // namespace
}  // namespace faultline
