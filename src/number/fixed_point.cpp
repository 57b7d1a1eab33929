// A float times 2^F is exact in double: 24 significant bits, and exponents that stay far inside
// double's. So the only rounding is the one to a whole number of steps. Coming back, m * 2^-F is
// exactly a float by the bounds on F. The loops over spans hold nothing that a compiler can't turn
// into vector instructions of plain x86-64, which has no instruction that rounds to even.
#include <faultline/core/error.h>
#include <faultline/number/fixed_point.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

namespace faultline::number {
namespace {

/// The whole number nearest to `x`, ties to even, for |x| below 2^51; zero is +0. At 2^52 a
/// double's last place is 1, so that the addition does the rounding.
double nearest(double x) {
    constexpr double shift = 0x1.8p52;
    return (x + shift) - shift;
}

/// A format as the loops want it. Steps are counted in double.
struct Grid {
    double scale;  ///< 2^F: from values to steps
    double first;  ///< the lowest value, in steps
    double last;
    float step;
    std::uint32_t sign_bit;  ///< the word's top bit

    explicit Grid(const FixedPoint& format)
        : scale(std::ldexp(1.0, format.fraction_bits())),
          first(-std::ldexp(1.0, format.bit_count() - 1)),
          last(-first - 1),
          step(format.step()),
          sign_bit(std::uint32_t{1} << (format.bit_count() - 1)) {
        if (format.encoding() == Encoding::sign_magnitude) first = -last;
    }

    /// In steps, clamped. NaN stays.
    double position(float value) const {
        const double scaled = static_cast<double>(value) * scale;
        const double above = scaled < first ? first : scaled;
        return above > last ? last : above;
    }
};

struct TwosComplement {
    Grid grid;

    std::uint32_t encode(float value) const {
        const auto steps = static_cast<std::int32_t>(nearest(grid.position(value)));
        return static_cast<std::uint32_t>(steps) & (2 * grid.sign_bit - 1);
    }

    float decode(std::uint32_t word) const {
        const auto inside = word & (2 * grid.sign_bit - 1);
        const auto steps = static_cast<std::int32_t>(inside ^ grid.sign_bit) -
                           static_cast<std::int32_t>(grid.sign_bit);
        return static_cast<float>(steps) * grid.step;
    }

    float quantise(float value) const {
        return static_cast<float>(nearest(grid.position(value))) * grid.step;
    }
};

struct SignMagnitude {
    Grid grid;

    std::uint32_t encode(float value) const {
        const auto magnitude = static_cast<std::int32_t>(nearest(std::abs(grid.position(value))));
        const auto negative = std::bit_cast<std::uint32_t>(value) >> 31;
        return static_cast<std::uint32_t>(magnitude) | (negative * grid.sign_bit);
    }

    float decode(std::uint32_t word) const {
        const auto magnitude = static_cast<std::int32_t>(word & (grid.sign_bit - 1));
        const auto value = static_cast<float>(magnitude) * grid.step;
        const std::uint32_t negative = (word & grid.sign_bit) != 0 ? 0x80000000U : 0;
        return std::bit_cast<float>(std::bit_cast<std::uint32_t>(value) | negative);
    }

    float quantise(float value) const {
        const auto steps = static_cast<float>(nearest(std::abs(grid.position(value))));
        return std::copysign(steps * grid.step, value);
    }
};

/// One branch for a whole span.
template <class Action>
auto with_code(const FixedPoint& format, Action action) {
    const Grid grid(format);
    if (format.encoding() == Encoding::sign_magnitude) return action(SignMagnitude{grid});
    return action(TwosComplement{grid});
}

void require_numbers(std::span<const float> values) {
    bool all = true;
    for (const float value : values) all &= !std::isnan(value);
    if (all) return;
    const auto found =
        std::find_if(values.begin(), values.end(), [](float value) { return std::isnan(value); });
    throw core::Error(core::Fault::input,
                      fmt::format("number {} of {} is NaN, which has no word in fixed point",
                                  found - values.begin() + 1, values.size()));
}

void require_width(int bit_count, Encoding encoding) {
    if (bit_count < 1 || bit_count > FixedPoint::most_bits) {
        throw core::Error(core::Fault::usage,
                          fmt::format("a fixed-point word has 1 to {} bits (what a float32 holds "
                                      "exactly), not {}",
                                      FixedPoint::most_bits, bit_count));
    }
    if (encoding == Encoding::sign_magnitude && bit_count == 1) {
        throw core::Error(core::Fault::usage,
                          "sign-magnitude of 1 bit holds only +0 and -0; take 2 bits or more, or "
                          "two's complement");
    }
}

}  // namespace

FixedPoint::Fractions FixedPoint::fractions(int bit_count, Encoding encoding) {
    const int largest_exponent = encoding == Encoding::sign_magnitude ? 129 : 128;
    return {.lowest = bit_count - largest_exponent, .highest = 149};
}

FixedPoint::FixedPoint(const Layout& layout) : layout_(layout) {
    require_width(layout.bit_count, layout.encoding);
    const auto [lowest, highest] = fractions(layout.bit_count, layout.encoding);
    if (layout.fraction_bits >= lowest && layout.fraction_bits <= highest) return;
    throw core::Error(
        core::Fault::usage,
        fmt::format("{} fraction bits, but words of {} bits are finite float32 numbers only with "
                    "{} to {}",
                    layout.fraction_bits, layout.bit_count, lowest, highest));
}

float FixedPoint::step() const { return std::ldexp(1.0F, -layout_.fraction_bits); }

float FixedPoint::lowest() const {
    const Grid grid(*this);
    return static_cast<float>(grid.first) * grid.step;
}

float FixedPoint::highest() const {
    const Grid grid(*this);
    return static_cast<float>(grid.last) * grid.step;
}

std::uint32_t FixedPoint::encode(float value) const {
    if (std::isnan(value)) {
        throw core::Error(core::Fault::input, "NaN has no word in fixed point");
    }
    return with_code(*this, [=](const auto& code) { return code.encode(value); });
}

float FixedPoint::decode(std::uint32_t word) const {
    return with_code(*this, [=](const auto& code) { return code.decode(word); });
}

float FixedPoint::quantise(float value) const {
    return with_code(*this, [=](const auto& code) { return code.quantise(value); });
}

void FixedPoint::encode(std::span<const float> values, std::span<std::uint32_t> words) const {
    assert(values.size() == words.size());
    require_numbers(values);
    with_code(*this, [&](const auto& code) {
        for (std::size_t i = 0; i < values.size(); ++i) words[i] = code.encode(values[i]);
    });
}

void FixedPoint::decode(std::span<const std::uint32_t> words, std::span<float> values) const {
    assert(values.size() == words.size());
    with_code(*this, [&](const auto& code) {
        for (std::size_t i = 0; i < words.size(); ++i) values[i] = code.decode(words[i]);
    });
}

void FixedPoint::quantise(std::span<const float> values, std::span<float> quantised) const {
    assert(values.size() == quantised.size());
    with_code(*this, [&](const auto& code) {
        for (std::size_t i = 0; i < values.size(); ++i) quantised[i] = code.quantise(values[i]);
    });
}

void FixedPoint::quantise(std::span<float> values) const {
    with_code(*this, [&](const auto& code) {
        for (float& value : values) value = code.quantise(value);
    });
}

Role FixedPoint::role(int bit) const {
    assert(bit >= 0 && bit < layout_.bit_count);
    if (bit == layout_.bit_count - 1) return Role::sign;
    return bit >= layout_.fraction_bits ? Role::integer : Role::fraction;
}

}  // namespace faultline::number
