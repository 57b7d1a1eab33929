#include <faultline/core/random.h>
#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <set>
#include <vector>

namespace faultline::core {
namespace {

constexpr auto ones = std::numeric_limits<std::uint32_t>::max();

using Words = std::array<std::uint64_t, 2>;

// Random123's kat_vectors, "philox4x32 10".
TEST(Random, AgreesWithThePublishedVectors) {
    EXPECT_EQ(random_words({.seed = 0, .run = 0, .stream = 0, .draw = 0, .attempt = 0}),
              (Words{0xe169c58d6627e8d5, 0x9b00dbd8bc57ac4c}));
    EXPECT_EQ(random_words({.seed = std::numeric_limits<std::uint64_t>::max(),
                            .run = ones,
                            .stream = ones,
                            .draw = ones,
                            .attempt = ones}),
              (Words{0x41c83b0e408f276d, 0x6d5451fda20bc7c6}));
    // The digits of pi, which tell the four counters and the two halves of the key apart.
    EXPECT_EQ(random_words({.seed = 0x299f31d0a4093822,
                            .run = 0x03707344,
                            .stream = 0x13198a2e,
                            .draw = 0x85a308d3,
                            .attempt = 0x243f6a88}),
              (Words{0x94fdcceb'd16cfe09, 0x24126ea1'5001e420}));
}

TEST(Random, EveryCellIsItsOwn) {
    std::set<Words> seen;
    std::size_t count = 0;
    for (std::uint32_t i = 0; i < 256; ++i) {
        for (const auto& counter :
             {Counter{.seed = std::uint64_t{i + 1} << 32U}, Counter{.seed = i + 1},
              Counter{.run = i + 1}, Counter{.stream = i + 1}, Counter{.draw = i + 1},
              Counter{.attempt = i + 1}}) {
            seen.insert(random_words(counter));
            ++count;
        }
    }
    EXPECT_EQ(seen.size(), count);
}

TEST(Random, EveryBitIsSetInHalfOfTheWords) {
    constexpr std::uint32_t count = 10'000;
    std::array<std::uint64_t, 128> set{};
    for (std::uint32_t draw = 0; draw < count; ++draw) {
        const auto words = random_words({.seed = 7, .draw = draw});
        for (std::size_t bit = 0; bit < 128; ++bit)
            set[bit] += (words[bit / 64] >> (bit % 64)) & 1U;
    }
    for (const auto times : set)
        EXPECT_NEAR(static_cast<double>(times), count / 2, 300);  // six standard deviations
}

TEST(Random, ScalingKeepsOrderAndMeetsBothEnds) {
    constexpr auto top = std::numeric_limits<std::uint64_t>::max();
    for (const std::uint64_t count :
         {std::uint64_t{1}, std::uint64_t{3}, std::uint64_t{1} << 40U, top}) {
        EXPECT_EQ(scaled(0, count), 0U);
        EXPECT_EQ(scaled(top, count), count - 1);
        EXPECT_EQ(scaled(std::uint64_t{1} << 63U, count), count / 2);
    }
}

TEST(Random, ScaledWordsFillTheirRangeEvenly) {
    std::vector<int> hits(7);
    for (std::uint32_t draw = 0; draw < 70'000; ++draw) {
        ++hits[scaled(random_words({.seed = 1, .draw = draw})[0], 7)];
    }
    for (const auto times : hits) EXPECT_NEAR(times, 10'000, 600);
}

}  // namespace
}  // namespace faultline::core
