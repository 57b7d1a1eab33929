#pragma once

#include <array>
#include <cstdint>

namespace faultline::core {

/// One cell of the counter-based generator: every number is a pure function of where it is used, so
/// it depends on no thread, shard, order, device or restart.
struct Counter {
    std::uint64_t seed = 0;     ///< the campaign's (or the selection's) seed; the generator's key
    std::uint32_t run = 0;      ///< which run
    std::uint32_t stream = 0;   ///< what for (fault::Stream, or a dataset selection)
    std::uint32_t draw = 0;     ///< which draw of that stream
    std::uint32_t attempt = 0;  ///< which repetition of that draw

    bool operator==(const Counter&) const = default;
};

/// Philox4x32-10 (Salmon et al., SC 2011; Random123) of (seed; run, stream, draw, attempt), as two
/// 64-bit words: the first from outputs 0 (low) and 1 (high), the second from outputs 2 and 3.
std::array<std::uint64_t, 2> random_words(const Counter& counter);

/// floor(word * count / 2^64): uniform over [0, count) but for a bias below count / 2^64.
std::uint64_t scaled(std::uint64_t word, std::uint64_t count);

}  // namespace faultline::core
