#pragma once

#include <faultline/evaluation/evaluator.h>

#include <cstdint>
#include <numeric>
#include <vector>

#include "support/networks.h"

/// Blocks and trials for small networks.
namespace faultline::tests {

inline dataset::Preprocessing plain_preprocessing() {
    dataset::Preprocessing preprocessing;
    preprocessing.mean = {0.5, 0.5, 0.5};
    preprocessing.deviation = {0.25, 0.25, 0.25};
    return preprocessing;
}

inline dataset::Block block(int count, int size, int seed = 1) {
    std::vector<std::uint8_t> pixels;
    for (int i = 0; i < count * 3 * size * size; ++i) {
        pixels.push_back(static_cast<std::uint8_t>((i * 7919 + seed * 31 + i / 77) % 256));
    }
    dataset::Block made{0, count, size, size, std::move(pixels), {}};
    for (int i = 0; i < count; ++i) made.labels.push_back(i % 2);
    return made;
}

/// Everything fits.
inline evaluation::MemoryPlan ample_plan(const network::Network& network, int batch) {
    return evaluation::plan_memory(
        network, {.budget_bytes = std::int64_t{1} << 40, .image_count = batch, .batch = batch});
}

inline fault::Effect flip(int tensor, std::int64_t element, int bit) {
    return fault::effect({fault::WeightWord{tensor, element}, 1U << bit});
}

/// A word that becomes NaN or Inf, whatever it was.
inline fault::Effect set(int tensor, std::int64_t element, std::uint32_t word) {
    fault::Effect effect;
    effect.location = fault::WeightWord{tensor, element};
    effect.set = word;
    effect.clear = ~word;
    return effect;
}

}  // namespace faultline::tests
