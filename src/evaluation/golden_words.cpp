#include <faultline/evaluation/injection.h>

#include <ATen/ATen.h>

#include <map>

#include "stored_word.h"

namespace faultline::evaluation {

GoldenWords::GoldenWords(const network::Network& network)
    : network_(network), copies_(network.description().tensors.size()) {}

const std::uint32_t* GoldenWords::patterns_of(std::int32_t tensor) {
    auto& copy = copies_.at(static_cast<std::size_t>(tensor));
    if (!copy.defined()) copy = network_.weight(tensor).detach().to(at::kCPU).contiguous();
    return static_cast<const std::uint32_t*>(copy.data_ptr());
}

std::vector<WordChange> GoldenWords::predict(std::span<const fault::Effect> effects) {
    std::map<fault::WeightWord, std::uint32_t> patterns;
    std::vector<WordChange> changes;
    changes.reserve(effects.size());
    for (const auto& effect : effects) {
        const auto& place = std::get<fault::WeightWord>(effect.location);
        const auto& tensor = network_.description().tensors[static_cast<std::size_t>(place.tensor)];
        const auto golden = patterns_of(place.tensor)[place.element];
        auto& pattern = patterns.try_emplace(place, golden).first->second;
        changes.push_back(struck(tensor, pattern, effect));
        pattern = float_pattern(tensor, changes.back().after);
    }
    return changes;
}

}  // namespace faultline::evaluation
