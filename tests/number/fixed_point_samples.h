#pragma once

#include <faultline/core/random.h>
#include <faultline/number/fixed_point.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

namespace faultline::number {

/// For failure messages.
inline std::string said(const FixedPoint& format) {
    return std::to_string(format.bit_count()) + " bits, fraction " +
           std::to_string(format.fraction_bits()) +
           (format.encoding() == Encoding::sign_magnitude ? ", sign-magnitude" : "");
}

/// Widths from `narrowest` to `widest`, both encodings, and fractions from one end of what there is
/// to the other: below zero, within the word, beyond it.
inline std::vector<FixedPoint> formats(int narrowest, int widest) {
    std::vector<FixedPoint> made;
    for (const auto encoding : {Encoding::twos_complement, Encoding::sign_magnitude}) {
        for (int bits = narrowest; bits <= widest; ++bits) {
            if (encoding == Encoding::sign_magnitude && bits == 1) continue;
            const auto [lowest, highest] = FixedPoint::fractions(bits, encoding);
            for (const int fraction : {lowest, -3, 0, bits / 2, bits - 1, bits, bits + 4, highest})
                made.push_back(FixedPoint(
                    {.bit_count = bits, .fraction_bits = fraction, .encoding = encoding}));
        }
    }
    return made;
}

/// Any pattern but NaN: subnormals, infinities and both zeros among them.
inline float random_float(std::uint32_t draw) {
    for (std::uint32_t attempt = 0;; ++attempt) {
        const auto word = core::random_words({.draw = draw, .attempt = attempt})[0];
        const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(word));
        if (!std::isnan(value)) return value;
    }
}

/// Numbers around the format's range: a quarter step apart or less near zero, ties among them, and
/// up to four times the range away.
inline float random_near(const FixedPoint& format, std::uint32_t draw) {
    const auto word = core::random_words({.draw = draw, .attempt = 1U << 20});
    const auto uniform = std::ldexp(static_cast<double>(word[0] >> 11), -53) * 2 - 1;
    const auto range =
        std::ldexp(static_cast<double>(format.step()),
                   static_cast<int>(word[1] % static_cast<unsigned>(format.bit_count() + 2)));
    const auto quarter = static_cast<double>(format.step()) / 4;
    const bool on_a_quarter = (word[1] >> 32 & 1U) != 0;
    return static_cast<float>(on_a_quarter ? std::round(uniform * range / quarter) * quarter
                                           : uniform * range);
}

}  // namespace faultline::number
