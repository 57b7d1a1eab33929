#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace faultline::number {

/// What a bit of a stored number stands for.
enum class Role { mantissa, exponent, sign };

std::string name(Role role);

/// IEEE-754 binary32, stored as its 32-bit pattern.
struct Float32 {
    static constexpr int bit_count = 32;

    static std::uint32_t encode(float value);
    static float decode(std::uint32_t word);
    /// Bits 0..22 mantissa, 23..30 exponent, 31 sign. `bit` must be in [0, 31].
    static Role role(int bit);

    bool operator==(const Float32&) const = default;
};

/// How a number is stored. Each format has encode, decode, bit_count and role.
using Format = std::variant<Float32>;

/// "float32". Also the name in flags, JSON and point keys.
std::string name(const Format& format);
/// Throws Error(usage) naming the text and the formats there are.
Format parse(const std::string& text);
int bit_count(const Format& format);

}  // namespace faultline::number
