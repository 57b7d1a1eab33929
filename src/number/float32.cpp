#include <faultline/number/float32.h>

#include <bit>
#include <cassert>

namespace faultline::number {

std::uint32_t Float32::encode(float value) { return std::bit_cast<std::uint32_t>(value); }

float Float32::decode(std::uint32_t word) { return std::bit_cast<float>(word); }

Role Float32::role(int bit) {
    assert(bit >= 0 && bit < bit_count);
    if (bit < 23) return Role::mantissa;
    return bit < 31 ? Role::exponent : Role::sign;
}

}  // namespace faultline::number
