#pragma once

#include <faultline/number/role.h>

#include <cstdint>

namespace faultline::number {

/// IEEE-754 binary32, stored as its 32-bit pattern.
struct Float32 {
    static constexpr int bit_count = 32;

    static std::uint32_t encode(float value);
    static float decode(std::uint32_t word);
    /// Bits 0..22 mantissa, 23..30 exponent, 31 sign. `bit` must be in [0, 31].
    static Role role(int bit);

    bool operator==(const Float32&) const = default;
};

}  // namespace faultline::number
