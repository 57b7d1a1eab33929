#include <faultline/number/range.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/message.h"
#include "number/fixed_point_samples.h"

namespace faultline::number {
namespace {

constexpr auto infinity = std::numeric_limits<float>::infinity();
constexpr auto nan = std::numeric_limits<float>::quiet_NaN();

int fraction_bits(float largest, RangeRule rule = RangeRule::weights) {
    return fixed_point({.bit_count = 8}, largest, rule).fraction_bits();
}

TEST(LargestMagnitude, IsOfTheValueFarthestFromZero) {
    EXPECT_EQ(largest_magnitude(std::vector{0.5F, -2.0F, 1.0F}), 2.0F);
    EXPECT_EQ(largest_magnitude(std::vector{-0.0F, 1e-45F}), 1e-45F);
    EXPECT_EQ(largest_magnitude(std::vector{-0.0F}), 0.0F);
    EXPECT_EQ(largest_magnitude({}), 0.0F);
}

TEST(LargestMagnitude, ShowsWhatIsNotFinite) {
    EXPECT_EQ(largest_magnitude(std::vector{1.0F, -infinity, 2.0F}), infinity);
    EXPECT_TRUE(std::isnan(largest_magnitude(std::vector{infinity, -nan, 2.0F})));
}

TEST(IntegerLength, IsTheLeastWhoseRangeHoldsTheMaximum) {
    for (std::uint32_t draw = 0; draw < 10'000; ++draw) {
        const auto largest = std::abs(random_float(draw));
        if (largest == 0 || std::isinf(largest)) continue;
        const auto length = integer_length(largest, RangeRule::weights);
        EXPECT_LE(static_cast<double>(largest), std::ldexp(1.0, length - 1)) << largest;
        EXPECT_GT(static_cast<double>(largest), std::ldexp(1.0, length - 2)) << largest;
        EXPECT_EQ(integer_length(largest, RangeRule::activations), length - 1);
    }
}

TEST(IntegerLength, IsExactAtAndAroundPowersOfTwo) {
    for (int exponent = -149; exponent < 128; ++exponent) {
        const auto power = std::ldexp(1.0F, exponent);
        EXPECT_EQ(integer_length(power, RangeRule::weights), exponent + 1);
        EXPECT_EQ(integer_length(power, RangeRule::activations), exponent);
        EXPECT_EQ(integer_length(std::nextafter(power, infinity), RangeRule::weights),
                  exponent + 2);
        if (exponent > -148) {
            EXPECT_EQ(integer_length(std::nextafter(power, 0.0F), RangeRule::weights),
                      exponent + 1);
        }
    }
}

TEST(IntegerLength, OfZerosIsThatOfOne) {
    for (const auto rule : {RangeRule::weights, RangeRule::activations})
        EXPECT_EQ(integer_length(0.0F, rule), integer_length(1.0F, rule));
}

TEST(IntegerLength, OfWhatIsNotFiniteIsRefused) {
    for (const float largest : {infinity, nan, -1.0F}) {
        const auto message = message_of(core::Fault::input,
                                        [=] { integer_length(largest, RangeRule::activations); });
        EXPECT_TRUE(contains(message, "finite")) << message;
    }
    EXPECT_TRUE(contains(
        message_of(core::Fault::input, [] { fixed_point({}, infinity, RangeRule::weights); }),
        "inf"));
}

TEST(RangeRule, GivesTheExamplesOfTheMethod) {
    EXPECT_EQ(fraction_bits(0.4F), 8);
    EXPECT_EQ(fraction_bits(0.04F), 11);
    EXPECT_EQ(fraction_bits(0.5F), 8);
    EXPECT_EQ(fraction_bits(1.0F), 7);
    EXPECT_EQ(fraction_bits(0.0F), 7);
    EXPECT_EQ(fraction_bits(200.0F), -1);
    EXPECT_EQ(fraction_bits(200.0F, RangeRule::activations), 0);
}

TEST(RangeRule, LosesAtMostHalfAStepOfAWeightAndAStepOfTheLargest) {
    for (const int bits : {2, 3, 8, 16}) {
        for (const float largest : {0.4F, 0.5F, 3.0F, 1e-45F, 1e30F}) {
            const auto format = fixed_point({.bit_count = bits}, largest, RangeRule::weights);
            const auto step = static_cast<double>(format.step());
            for (const float share : {-1.0F, -0.7F, 0.0F, 0.3F, 0.49F, 1.0F}) {
                const auto value = static_cast<double>(largest * share);
                const auto error =
                    std::abs(value - static_cast<double>(format.quantise(largest * share)));
                EXPECT_LE(error, value > static_cast<double>(format.highest()) ? step : step / 2);
            }
        }
    }
}

TEST(RangeRule, StaysAmongTheFractionsThereAre) {
    const auto largest = std::numeric_limits<float>::max();
    const auto widest = fixed_point({.bit_count = 8}, largest, RangeRule::weights);
    EXPECT_EQ(widest.fraction_bits(), -120);
    EXPECT_EQ(fixed_point({.bit_count = 8, .encoding = Encoding::sign_magnitude}, largest,
                          RangeRule::weights)
                  .fraction_bits(),
              -121);
    const auto least = std::numeric_limits<float>::denorm_min();
    const auto finest = fixed_point({.bit_count = 8}, least, RangeRule::weights);
    EXPECT_EQ(finest.fraction_bits(), 149);
    EXPECT_EQ(finest.quantise(least), least);
}

TEST(RangeRule, OfOneBitWordsHasTheMaximumWithinAStep) {
    const auto format = fixed_point({.bit_count = 1}, 0.4F, RangeRule::weights);
    EXPECT_EQ(format.lowest(), -0.5F);
    EXPECT_EQ(format.highest(), 0.0F);
}

}  // namespace
}  // namespace faultline::number
