#include <faultline/number/least_error.h>
#include <faultline/number/range.h>
#include <gtest/gtest.h>

#include <limits>

#include "core/message.h"
#include "number/fixed_point_samples.h"

namespace faultline::number {
namespace {

constexpr auto twos_complement = Encoding::twos_complement;

/// Sums of `terms` uniform numbers around zero, in units of 2^scale: 1 is flat, more has tails.
std::vector<float> bell(std::uint32_t run, int terms, int scale) {
    std::vector<float> values;
    for (std::uint32_t draw = 0; draw < 700; ++draw) {
        double sum = 0;
        for (std::uint32_t term = 0; term < static_cast<std::uint32_t>(terms); ++term) {
            const auto word = core::random_words({.run = run, .draw = draw, .attempt = term})[0];
            sum += std::ldexp(static_cast<double>(word >> 11), -52) - 1;
        }
        values.push_back(static_cast<float>(std::ldexp(sum, scale)));
    }
    return values;
}

/// Bell-shaped, flat, one outlier, all at a power of two, few numbers, none, subnormal.
std::vector<std::vector<float>> tensors() {
    auto outlier = bell(3, 4, -6);
    outlier[5] = 100.0F;
    return {bell(1, 8, -3), bell(2, 1, 0),  outlier, std::vector<float>(50, 0.5F),
            {-0.3F, 0.7F},  {1.0F, 0.001F}, {},      bell(4, 4, -140)};
}

double error_by_definition(const FixedPoint& format, const std::vector<float>& values) {
    double sum = 0;
    for (const float value : values) {
        const auto error =
            static_cast<double>(value) - static_cast<double>(format.decode(format.encode(value)));
        sum += error * error;
    }
    return sum;
}

TEST(SquaredError, IsTheSumOverTheNumbers) {
    const FixedPoint format({.bit_count = 4, .fraction_bits = 1});
    EXPECT_EQ(squared_error(format, std::vector{0.5F, 0.75F, 5.5F, -1.125F}),
              0.0625 + 4 + 0.015625);
    EXPECT_EQ(squared_error(format, {}), 0.0);
    for (const auto& values : tensors())
        EXPECT_EQ(squared_error(format, values), error_by_definition(format, values));
}

TEST(LeastError, IsTheLeastOfAllFractions) {
    for (const auto encoding : {twos_complement, Encoding::sign_magnitude}) {
        for (const int bits : {1, 2, 3, 4, 6, 8, 16}) {
            if (bits == 1 && encoding != twos_complement) continue;
            const DynamicFixedPoint request = {.bit_count = bits, .encoding = encoding};
            const auto [lowest, highest] = FixedPoint::fractions(bits, encoding);
            for (const auto& values : tensors()) {
                auto least = std::numeric_limits<double>::infinity();
                for (int fraction = lowest; fraction <= highest; ++fraction) {
                    const auto format = request.with_fraction(fraction);
                    least = std::min(least, error_by_definition(format, values));
                }
                const auto found = least_error(request, values);
                EXPECT_EQ(squared_error(found, values), least) << said(found);
                EXPECT_EQ(found.bit_count(), bits);
                EXPECT_EQ(found.encoding(), encoding);
            }
        }
    }
}

TEST(LeastError, IsNeverWorseThanTheRangeRuleAndSometimesBetter) {
    int better = 0;
    for (const int bits : {2, 4, 8, 12}) {
        const DynamicFixedPoint request = {.bit_count = bits};
        for (const auto& values : tensors()) {
            const auto rule = fixed_point(request, largest_magnitude(values), RangeRule::weights);
            const auto found = squared_error(least_error(request, values), values);
            EXPECT_LE(found, squared_error(rule, values));
            if (found < squared_error(rule, values)) ++better;
        }
    }
    EXPECT_GT(better, 4);
}

TEST(LeastError, SaturatesFewLargeNumbersForManySmallOnes) {
    std::vector<float> values(100'000, 0.01F);
    values[7] = 1.0F;
    EXPECT_EQ(fixed_point({.bit_count = 4}, 1.0F, RangeRule::weights).fraction_bits(), 3);
    EXPECT_GT(least_error({.bit_count = 4}, values).fraction_bits(), 5);
}

TEST(LeastError, TakesACoarserStepWhereTheRuleSaturatesMany) {
    const std::vector<float> halves(100, 0.5F);  // the rule's range ends one step below
    EXPECT_EQ(least_error({.bit_count = 8}, halves).fraction_bits(), 7);
    EXPECT_EQ(fixed_point({.bit_count = 8}, 0.5F, RangeRule::weights).fraction_bits(), 8);
}

TEST(LeastError, OfEqualsKeepsTheRangeRule) {
    for (const auto& values : {std::vector<float>(9, 0.0F), std::vector{0.25F, -0.5F}}) {
        const auto rule = fixed_point({}, largest_magnitude(values), RangeRule::weights);
        EXPECT_EQ(least_error({}, values), rule);
    }
}

TEST(LeastError, OfWhatIsNotFiniteIsRefused) {
    for (const float value :
         {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
        const std::vector values = {1.0F, value};
        const auto message = message_of(core::Fault::input, [&] { least_error({}, values); });
        EXPECT_TRUE(contains(message, "finite")) << message;
    }
}

}  // namespace
}  // namespace faultline::number
