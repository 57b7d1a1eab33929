#pragma once

#include <faultline/network/network.h>

#include <array>
#include <cstdint>

namespace faultline::network {

/// What the stored words look like.
struct WeightStatistics {
    /// Parameters (no buffers) by the exponent field of their float32 word.
    std::array<std::int64_t, 256> exponent_counts{};
    std::int64_t size_bytes = 0;  ///< of all weight tensors
};

WeightStatistics weight_statistics(const Network& network);

}  // namespace faultline::network
