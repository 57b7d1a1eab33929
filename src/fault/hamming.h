#pragma once

#include <faultline/fault/protection.h>

/// Hamming's extended code on numbers of `bit_count` bits: see Secded.
namespace faultline::fault::hamming {

/// Check bits, without the parity over all.
int check_bits(int bit_count);

Bits encode(int bit_count, std::uint32_t word);
Decoded decode(int bit_count, const Bits& held);

}  // namespace faultline::fault::hamming
