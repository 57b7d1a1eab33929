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

std::uint32_t GoldenWords::word(const fault::WeightWord& place) {
    const auto& tensor = network_.description().tensors[static_cast<std::size_t>(place.tensor)];
    return stored_word(tensor, patterns_of(place.tensor)[place.element]);
}

std::vector<std::int64_t> GoldenWords::ones(std::int32_t tensor) {
    const auto& described = network_.description().tensors[static_cast<std::size_t>(tensor)];
    std::vector<std::int64_t> counts(static_cast<std::size_t>(number::bit_count(described.format)));
    for (std::int64_t element = 0; element < described.element_count(); ++element) {
        const auto stored = word({tensor, element});
        for (std::size_t bit = 0; bit < counts.size(); ++bit) counts[bit] += stored >> bit & 1U;
    }
    return counts;
}

}  // namespace faultline::evaluation
