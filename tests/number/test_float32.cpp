#include <faultline/core/random.h>
#include <faultline/number/float32.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace faultline::number {
namespace {

TEST(Float32, DecodingAndEncodingGiveBackEveryPattern) {
    // Signalling NaN, both infinities, both zeros, subnormal, and any others.
    for (const std::uint32_t word : {0x7f800001U, 0x7f800000U, 0xff800000U, 0U, 0x80000000U, 1U}) {
        EXPECT_EQ(Float32::encode(Float32::decode(word)), word);
    }
    for (std::uint32_t draw = 0; draw < 100'000; ++draw) {
        const auto word = static_cast<std::uint32_t>(core::random_words({.draw = draw})[0]);
        EXPECT_EQ(Float32::encode(Float32::decode(word)), word);
    }
}

TEST(Float32, IsTheIeeePattern) {
    EXPECT_EQ(Float32::encode(1.0F), 0x3f800000U);
    EXPECT_EQ(Float32::encode(-0.0F), 0x80000000U);
    EXPECT_EQ(Float32::encode(std::numeric_limits<float>::infinity()), 0x7f800000U);
    EXPECT_TRUE(std::isnan(Float32::decode(0x7fc00000U)));
}

TEST(Float32, RolesFollowWhatAFlipDoes) {
    for (int bit = 0; bit < Float32::bit_count; ++bit) {
        const auto mask = 1U << static_cast<unsigned>(bit);
        const auto changed = Float32::decode(Float32::encode(1.5F) ^ mask);
        const auto ratio = changed / 1.5F;
        switch (Float32::role(bit)) {
            case Role::mantissa:
                EXPECT_GT(std::abs(changed - 1.5F), 0.0F);
                EXPECT_LE(std::abs(changed - 1.5F), 0.5F);
                break;
            case Role::exponent:
                EXPECT_TRUE(ratio >= 2.0F || ratio <= 0.5F || std::isnan(ratio)) << bit;
                break;
            case Role::sign:
                EXPECT_EQ(ratio, -1.0F);
                break;
            case Role::integer:
            case Role::fraction:
                ADD_FAILURE() << "bit " << bit << " is one of fixed point";
        }
    }
}

}  // namespace
}  // namespace faultline::number
