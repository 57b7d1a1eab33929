#pragma once

#include <faultline/number/role.h>

#include <cstdint>
#include <span>

namespace faultline::number {

enum class Encoding {
    twos_complement,  ///< integers -2^(B-1) to 2^(B-1) - 1 in B bits
    sign_magnitude,   ///< integers ±(2^(B-1) - 1), among them -0; the sign is the top bit
};

/// A word of B bits that holds an integer m and stands for m * 2^-F: the step is 2^-F. F, the
/// number of fraction bits, may be negative (a step above 1) and may exceed B (a range below 1).
/// Always a format whose every word is exactly a finite float.
class FixedPoint {
 public:
    /// A float's significand holds integers of so many bits and a sign.
    static constexpr int most_bits = 24;

    struct Layout {
        int bit_count;      ///< B: 1 to 24; in sign-magnitude from 2, as one bit has only ±0
        int fraction_bits;  ///< F: in `fractions(bit_count, encoding)`
        Encoding encoding = Encoding::twos_complement;

        bool operator==(const Layout&) const = default;
    };

    /// Both ends belong to it.
    struct Fractions {
        int lowest;
        int highest;
    };

    /// The F with which every word is a finite float: from B - 128 (two's complement; -2^(B-1)
    /// steps are -2^127) or B - 129 (sign-magnitude) to 149 (the step is the smallest subnormal).
    static Fractions fractions(int bit_count, Encoding encoding);

    /// Throws Error(usage) for a width or a fraction that there isn't.
    explicit FixedPoint(const Layout& layout);

    int bit_count() const { return layout_.bit_count; }
    int fraction_bits() const { return layout_.fraction_bits; }
    Encoding encoding() const { return layout_.encoding; }
    /// IL = B - F, the sign bit inside.
    int integer_bits() const { return layout_.bit_count - layout_.fraction_bits; }

    /// 2^-F: the distance of neighbouring values.
    float step() const;
    float lowest() const;
    float highest() const;

    /// The word of the nearest value; of two equally near ones, the one with even m. Values beyond
    /// either end, infinities included, get the end's word. In sign-magnitude whatever rounds to
    /// zero keeps its sign: -0 has a word. Throws Error(input) for NaN, which has none.
    std::uint32_t encode(float value) const;

    /// Exact. Bits above the word's are ignored.
    float decode(std::uint32_t word) const;

    /// decode(encode(value)), but NaN stays NaN. Equal to clamp(round(value / step)) * step as
    /// operations of a graph; only that zero is always +0 in two's complement.
    float quantise(float value) const;

    /// Many at once, each as alone. The spans are of one size. When `encode` throws for a NaN, it
    /// names its place and has written nothing.
    void encode(std::span<const float> values, std::span<std::uint32_t> words) const;
    void decode(std::span<const std::uint32_t> words, std::span<float> values) const;
    void quantise(std::span<const float> values, std::span<float> quantised) const;
    /// In place.
    void quantise(std::span<float> values) const;

    /// By weight: the top bit is the sign, bit b below it is integer when 2^(b-F) is 1 or more,
    /// else fraction. So F <= 0 leaves no fraction bits and F >= B - 1 no integer bits, and the one
    /// bit of a word of one bit (0 or -step) is its sign. `bit` must be in [0, B - 1].
    Role role(int bit) const;

    bool operator==(const FixedPoint&) const = default;

 private:
    Layout layout_;
};

}  // namespace faultline::number
