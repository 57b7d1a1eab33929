#include <faultline/number/fixed_point.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "core/message.h"
#include "number/fixed_point_samples.h"

namespace faultline::number {
namespace {

constexpr auto infinity = std::numeric_limits<float>::infinity();
constexpr auto nan = std::numeric_limits<float>::quiet_NaN();
constexpr auto twos_complement = Encoding::twos_complement;
constexpr auto sign_magnitude = Encoding::sign_magnitude;

FixedPoint fixed(int bits, int fraction, Encoding encoding = twos_complement) {
    return FixedPoint({.bit_count = bits, .fraction_bits = fraction, .encoding = encoding});
}

std::uint32_t word_count(const FixedPoint& format) { return 1U << format.bit_count(); }

/// The integer that a word holds, by the definition of its encoding.
int integer(const FixedPoint& format, std::uint32_t word) {
    const int top = 1 << (format.bit_count() - 1);
    const int rest = static_cast<int>(word) & (top - 1);
    const bool set = (static_cast<int>(word) & top) != 0;
    if (format.encoding() == twos_complement) return set ? rest - top : rest;
    return set ? -rest : rest;
}

/// The nearest integer in range, ties to even, by comparing distances; `steps` is exact.
double rounded(const FixedPoint& format, double steps) {
    const double last = std::ldexp(1.0, format.bit_count() - 1) - 1;
    const double first = format.encoding() == twos_complement ? -last - 1 : -last;
    const double below = std::floor(steps), above = std::ceil(steps);
    double nearest = steps - below < above - steps ? below : above;
    if (steps - below == above - steps) nearest = std::fmod(below, 2) == 0 ? below : above;
    return std::clamp(nearest, first, last);
}

TEST(FixedPoint, EveryWordComesBackFromItsValue) {
    for (const auto& format : formats(1, 16)) {
        for (std::uint32_t word = 0; word < word_count(format); ++word)
            ASSERT_EQ(format.encode(format.decode(word)), word) << said(format);
    }
}

TEST(FixedPoint, EveryWordIsExactlyItsIntegerTimesTheStep) {
    for (const auto& format : formats(1, 24)) {
        const auto stride = std::max(1U, word_count(format) / 4096 - 1);
        for (std::uint32_t word = 0; word < word_count(format); word += stride) {
            const auto exact = std::ldexp(integer(format, word), -format.fraction_bits());
            ASSERT_EQ(static_cast<double>(format.decode(word)), exact) << said(format);
        }
    }
}

TEST(FixedPoint, BitsAboveTheWordDoNotCount) {
    for (const auto encoding : {twos_complement, sign_magnitude}) {
        const auto format = fixed(5, 2, encoding);
        for (std::uint32_t word = 0; word < 32; ++word)
            EXPECT_EQ(format.decode(word | 0xffffffe0U), format.decode(word));
    }
}

TEST(FixedPoint, AFlipInTwosComplementChangesTheValueByTheBitsWeight) {
    for (const auto& format : formats(1, 12)) {
        if (format.encoding() != twos_complement) continue;
        for (std::uint32_t word = 0; word < word_count(format); ++word) {
            for (int bit = 0; bit < format.bit_count(); ++bit) {
                const auto mask = 1U << bit;
                const auto weight = std::ldexp(1.0, bit - format.fraction_bits());
                const bool raises = ((word & mask) == 0) != (format.role(bit) == Role::sign);
                const auto change = static_cast<double>(format.decode(word ^ mask)) -
                                    static_cast<double>(format.decode(word));
                ASSERT_EQ(change, raises ? weight : -weight) << said(format);
            }
        }
    }
}

TEST(FixedPoint, AFlipInSignMagnitudeChangesTheMagnitudeByTheBitsWeightOrMirrors) {
    for (const auto& format : formats(2, 12)) {
        if (format.encoding() != sign_magnitude) continue;
        for (std::uint32_t word = 0; word < word_count(format); ++word) {
            const auto before = format.decode(word);
            for (int bit = 0; bit < format.bit_count() - 1; ++bit) {
                const auto after = format.decode(word ^ 1U << bit);
                const auto weight = std::ldexp(1.0, bit - format.fraction_bits());
                ASSERT_EQ(std::signbit(after), std::signbit(before)) << said(format);
                ASSERT_EQ(
                    std::abs(static_cast<double>(after)) - std::abs(static_cast<double>(before)),
                    (word >> bit & 1U) == 0 ? weight : -weight)
                    << said(format);
            }
            const auto mirrored = format.decode(word ^ 1U << (format.bit_count() - 1));
            ASSERT_EQ(mirrored, -before) << said(format);
            ASSERT_NE(std::signbit(mirrored), std::signbit(before)) << said(format);
        }
    }
}

TEST(FixedPoint, RoundsToTheNearestAndTiesToEven) {
    for (const auto& format : formats(1, 24)) {
        for (std::uint32_t draw = 0; draw < 300; ++draw) {
            for (const float value : {random_near(format, draw), random_float(draw)}) {
                const auto steps = std::ldexp(static_cast<double>(value), format.fraction_bits());
                ASSERT_EQ(integer(format, format.encode(value)), rounded(format, steps))
                    << said(format) << ", " << value;
            }
        }
    }
}

TEST(FixedPoint, EveryTieGoesToTheEvenNeighbour) {
    for (const auto encoding : {twos_complement, sign_magnitude}) {
        for (const int fraction : {-2, 0, 5, 9, 149 - 1}) {
            const auto format = fixed(8, fraction, encoding);
            for (int below = -127; below < 127; ++below) {
                const auto tie = static_cast<float>(std::ldexp(below + 0.5, -fraction));
                const auto even = below % 2 == 0 ? below : below + 1;
                ASSERT_EQ(integer(format, format.encode(tie)), even) << said(format);
                const auto nearly = std::nextafter(tie, infinity);
                ASSERT_EQ(integer(format, format.encode(nearly)), below + 1) << said(format);
            }
        }
    }
}

TEST(FixedPoint, SaturatesAtBothEnds) {
    for (const auto& format : formats(1, 24)) {
        const auto largest = std::numeric_limits<float>::max();
        for (const float beyond :
             {format.highest(), std::nextafter(format.highest(), infinity), largest, infinity}) {
            ASSERT_EQ(format.quantise(beyond), format.highest()) << said(format);
            ASSERT_EQ(format.decode(format.encode(beyond)), format.highest()) << said(format);
        }
        for (const float beyond :
             {format.lowest(), std::nextafter(format.lowest(), -infinity), -largest, -infinity}) {
            ASSERT_EQ(format.quantise(beyond), format.lowest()) << said(format);
            ASSERT_EQ(format.decode(format.encode(beyond)), format.lowest()) << said(format);
        }
    }
}

TEST(FixedPoint, ReachesFromEndToEndInSteps) {
    const auto twos = fixed(8, 8);
    EXPECT_EQ(twos.step(), 1.0F / 256);
    EXPECT_EQ(twos.lowest(), -0.5F);
    EXPECT_EQ(twos.highest(), 127.0F / 256);
    EXPECT_EQ(twos.integer_bits(), 0);
    const auto mirrored = fixed(8, -2, sign_magnitude);
    EXPECT_EQ(mirrored.step(), 4.0F);
    EXPECT_EQ(mirrored.lowest(), -508.0F);
    EXPECT_EQ(mirrored.highest(), 508.0F);
    EXPECT_EQ(mirrored.integer_bits(), 10);
}

TEST(FixedPoint, QuantiseKeepsTheOrder) {
    for (const auto& format : formats(1, 24)) {
        std::vector<float> values = {-infinity, infinity, 0.0F, -0.0F};
        for (std::uint32_t draw = 0; draw < 300; ++draw) {
            values.push_back(random_near(format, draw));
            values.push_back(random_float(draw));
        }
        std::sort(values.begin(), values.end());
        format.quantise(values);
        ASSERT_TRUE(std::is_sorted(values.begin(), values.end())) << said(format);
    }
}

TEST(FixedPoint, QuantiseChangesNothingTheSecondTime) {
    for (const auto& format : formats(1, 24)) {
        for (std::uint32_t draw = 0; draw < 300; ++draw) {
            for (const float value : {random_near(format, draw), random_float(draw)}) {
                const auto once = format.quantise(value);
                const auto word = format.encode(value);
                ASSERT_EQ(std::bit_cast<std::uint32_t>(format.quantise(once)),
                          std::bit_cast<std::uint32_t>(once));
                ASSERT_EQ(std::bit_cast<std::uint32_t>(format.decode(word)),
                          std::bit_cast<std::uint32_t>(once));
            }
        }
    }
}

TEST(FixedPoint, NaNHasNoWordButStaysItself) {
    for (const auto encoding : {twos_complement, sign_magnitude}) {
        const auto format = fixed(8, 7, encoding);
        const auto message = message_of(core::Fault::input, [&] { format.encode(nan); });
        EXPECT_TRUE(contains(message, "NaN")) << message;
        EXPECT_TRUE(std::isnan(format.quantise(nan)));
        EXPECT_TRUE(std::isnan(format.quantise(-nan)));
    }
}

TEST(FixedPoint, ANaNAmongManyIsNamedAndNothingIsWritten) {
    std::vector<float> values(100, 0.5F);
    values[41] = nan;
    std::vector<std::uint32_t> words(100, 99);
    const auto message = message_of(core::Fault::input, [&] { fixed(8, 7).encode(values, words); });
    EXPECT_TRUE(contains(message, "number 42 of 100 is NaN")) << message;
    EXPECT_EQ(words, std::vector<std::uint32_t>(100, 99));
}

TEST(FixedPoint, OnlySignMagnitudeHasANegativeZero) {
    const auto mirrored = fixed(8, 7, sign_magnitude);
    for (const float small : {-0.0F, -0.001F, -std::numeric_limits<float>::denorm_min()}) {
        EXPECT_EQ(mirrored.encode(small), 0x80U);
        EXPECT_TRUE(std::signbit(mirrored.quantise(small)));
        EXPECT_EQ(fixed(8, 7).encode(small), 0U);
        EXPECT_FALSE(std::signbit(fixed(8, 7).quantise(small)));
    }
    EXPECT_EQ(mirrored.decode(0x80U), 0.0F);
    EXPECT_TRUE(std::signbit(mirrored.decode(0x80U)));
}

TEST(FixedPoint, SubnormalsAreNumbersLikeOthers) {
    const auto least = std::numeric_limits<float>::denorm_min();
    const auto format = fixed(4, 149);
    EXPECT_EQ(format.step(), least);
    EXPECT_EQ(format.encode(5 * least), 5U);
    EXPECT_EQ(format.decode(5U), 5 * least);
    EXPECT_EQ(format.encode(1.0F), 7U);
    EXPECT_EQ(fixed(4, 148).encode(3 * least), 2U);  // 1.5 steps
    EXPECT_EQ(fixed(24, 0).encode(least), 0U);
    EXPECT_EQ(fixed(24, -104).encode(least), 0U);
}

TEST(FixedPoint, AOneBitWordIsZeroOrMinusOneStep) {
    const auto format = fixed(1, 3);
    EXPECT_EQ(format.decode(0), 0.0F);
    EXPECT_EQ(format.decode(1), -0.125F);
    EXPECT_EQ(format.lowest(), -0.125F);
    EXPECT_EQ(format.highest(), 0.0F);
    EXPECT_EQ(format.encode(5.0F), 0U);
    EXPECT_EQ(format.encode(-0.0625F), 0U);  // a tie
    EXPECT_EQ(format.encode(-0.07F), 1U);
    EXPECT_EQ(format.role(0), Role::sign);
}

TEST(FixedPoint, AWordOfSignAloneIsRefused) {
    const auto message = message_of(core::Fault::usage, [] { fixed(1, 0, sign_magnitude); });
    EXPECT_TRUE(contains(message, "+0 and -0")) << message;
}

TEST(FixedPoint, WidthsThatAFloatDoesNotHoldAreRefused) {
    for (const int bits : {-1, 0, 25, 32}) {
        const auto message = message_of(core::Fault::usage, [bits] { fixed(bits, 0); });
        EXPECT_TRUE(contains(message, "1 to 24") && contains(message, std::to_string(bits)));
    }
}

TEST(FixedPoint, FractionsReachAsFarAsFiniteFloats) {
    for (const auto encoding : {twos_complement, sign_magnitude}) {
        for (int bits = 2; bits <= 24; ++bits) {
            const auto [lowest, highest] = FixedPoint::fractions(bits, encoding);
            const auto widest = fixed(bits, lowest, encoding);
            EXPECT_TRUE(std::isfinite(widest.lowest()) && std::isfinite(widest.highest()));
            EXPECT_TRUE(std::isinf(widest.lowest() * 2)) << "a fraction less would do";
            EXPECT_GT(fixed(bits, highest, encoding).step(), 0.0F);
            EXPECT_EQ(fixed(bits, highest, encoding).step() / 2, 0.0F);
            for (const int beyond : {lowest - 1, highest + 1}) {
                const auto message =
                    message_of(core::Fault::usage, [&] { fixed(bits, beyond, encoding); });
                EXPECT_TRUE(contains(message, std::to_string(beyond))) << message;
                EXPECT_TRUE(contains(message, std::to_string(lowest) + " to 149")) << message;
            }
        }
    }
}

TEST(FixedPoint, RolesFollowTheBitsWeights) {
    for (const auto& format : formats(1, 24)) {
        for (int bit = 0; bit < format.bit_count() - 1; ++bit) {
            const auto weight = std::abs(format.decode(1U << bit));
            ASSERT_EQ(format.role(bit), weight >= 1.0F ? Role::integer : Role::fraction)
                << said(format) << ", bit " << bit;
        }
        ASSERT_EQ(format.role(format.bit_count() - 1), Role::sign) << said(format);
    }
}

TEST(FixedPoint, ManyAtOnceAreAsEachAlone) {
    for (const auto& format : formats(1, 24)) {
        std::vector<float> values;
        for (std::uint32_t draw = 0; draw < 150; ++draw) {
            values.push_back(random_near(format, draw));
            values.push_back(random_float(draw));
        }
        std::vector<std::uint32_t> words(values.size());
        std::vector<float> decoded(values.size()), quantised(values.size()), in_place = values;
        format.encode(values, words);
        format.decode(words, decoded);
        format.quantise(values, quantised);
        format.quantise(in_place);
        for (std::size_t i = 0; i < values.size(); ++i) {
            ASSERT_EQ(words[i], format.encode(values[i])) << said(format);
            const auto bits = std::bit_cast<std::uint32_t>(format.quantise(values[i]));
            ASSERT_EQ(std::bit_cast<std::uint32_t>(decoded[i]), bits) << said(format);
            ASSERT_EQ(std::bit_cast<std::uint32_t>(quantised[i]), bits) << said(format);
            ASSERT_EQ(std::bit_cast<std::uint32_t>(in_place[i]), bits) << said(format);
        }
    }
}

TEST(FixedPoint, NothingIsDoneToNothing) {
    std::vector<float> values;
    std::vector<std::uint32_t> words;
    fixed(8, 7).encode(values, words);
    fixed(8, 7).decode(words, values);
    fixed(8, 7).quantise(values);
    EXPECT_TRUE(values.empty() && words.empty());
}

}  // namespace
}  // namespace faultline::number
