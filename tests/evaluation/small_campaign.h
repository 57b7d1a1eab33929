#pragma once

#include <faultline/evaluation/evaluator.h>

#include <cstdint>
#include <functional>
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

/// What one step makes of its inputs.
using Run = std::function<std::vector<c10::IValue>(std::vector<c10::IValue>)>;

/// Replaces what each step runs by `wrap(step, run)`; nobody else may use the network meanwhile.
inline void wrap_steps(network::Network& network,
                       const std::function<Run(const network::Step&, Run)>& wrap) {
    // The network isn't const; only its face is.
    for (auto& step : const_cast<network::Program&>(network.program()).steps)
        step.run = wrap(step, step.run);
}

inline fault::Effect flip(int tensor, std::int64_t element, int bit) {
    return fault::effect({fault::WeightWord{tensor, element}, 1U << bit});
}

/// A word that becomes another, whatever it was.
inline fault::Effect set(int tensor, std::int64_t element, std::uint32_t word) {
    fault::Effect effect;
    effect.location = fault::WeightWord{tensor, element};
    effect.set = word;
    effect.clear = ~word;
    return effect;
}

/// Faults that fit a network's words, given for words of 32 bits: in narrower ones the bit counts
/// round, and a word keeps its upper bits.
struct Fitted {
    const network::Network& network;

    int width(int tensor) const {
        return number::bit_count(
            network.description().tensors[static_cast<std::size_t>(tensor)].format);
    }
    fault::Effect flip(int tensor, std::int64_t element, int bit) const {
        return tests::flip(tensor, element, bit % width(tensor));
    }
    fault::Effect set(int tensor, std::int64_t element, std::uint32_t word) const {
        const auto unused = 32U - static_cast<unsigned>(width(tensor));
        return tests::set(tensor, element, word >> unused);
    }
};

/// Trials alone at every weight tensor, harmless ones and such that make NaN and Inf, several at
/// once, and chains; golden before and after.
inline std::vector<evaluation::Trial> many_trials(const network::Network& network) {
    using evaluation::Trial;
    constexpr std::uint32_t nan_word = 0x7fc00000, infinity_word = 0xff800000;
    const Fitted fitted{network};
    std::vector<Trial> trials = {{Trial::golden, {}}};
    const auto& tensors = network.description().tensors;
    for (int tensor = 0; tensor < std::ssize(tensors); ++tensor) {
        const auto last = tensors[static_cast<std::size_t>(tensor)].element_count() - 1;
        trials.push_back({Trial::golden, {fitted.flip(tensor, last / 2, 1)}});
        trials.push_back({Trial::golden, {fitted.flip(tensor, last / 3, 30)}});
        trials.push_back({Trial::golden, {fitted.set(tensor, last, nan_word)}});
        trials.push_back({Trial::golden, {fitted.set(tensor, 0, infinity_word)}});
        trials.push_back(
            {Trial::golden, {fitted.flip(tensor, 0, 30), fitted.flip(tensor, last, 22)}});
    }
    for (const int stride : {1, 3}) {
        std::int32_t parent = Trial::golden;
        for (int step = 0; step < 2 * std::ssize(tensors); ++step) {
            const int tensor = step * stride * 5 % static_cast<int>(std::ssize(tensors));
            const auto count = tensors[static_cast<std::size_t>(tensor)].element_count();
            trials.push_back({parent, {fitted.flip(tensor, step * 37 % count, step * 7 % 31)}});
            parent = static_cast<std::int32_t>(trials.size() - 1);
        }
    }
    Trial everywhere;
    for (int tensor = 0; tensor < std::ssize(tensors); ++tensor)
        everywhere.added.push_back(fitted.flip(tensor, 0, 20));
    trials.push_back(everywhere);
    trials.push_back({Trial::golden, {}});
    return trials;
}

/// All trials' places, for the reference to check each.
inline std::vector<std::int32_t> every(const std::vector<evaluation::Trial>& trials) {
    std::vector<std::int32_t> all(trials.size());
    std::iota(all.begin(), all.end(), 0);
    return all;
}

}  // namespace faultline::tests
