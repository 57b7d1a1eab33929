#include <faultline/evaluation/injection.h>

#include <ATen/ATen.h>

#include <map>

namespace faultline::evaluation {

GoldenWords::GoldenWords(const network::Network& network)
    : network_(network), copies_(network.description().tensors.size()) {}

const std::uint32_t* GoldenWords::words_of(std::int32_t tensor) {
    auto& copy = copies_.at(static_cast<std::size_t>(tensor));
    if (!copy.defined()) copy = network_.weight(tensor).detach().to(at::kCPU).contiguous();
    return static_cast<const std::uint32_t*>(copy.data_ptr());
}

std::vector<WordChange> GoldenWords::predict(std::span<const fault::Effect> effects) {
    std::map<fault::WeightWord, std::uint32_t> words;
    std::vector<WordChange> changes;
    changes.reserve(effects.size());
    for (const auto& effect : effects) {
        const auto& place = std::get<fault::WeightWord>(effect.location);
        auto& word = words.try_emplace(place, words_of(place.tensor)[place.element]).first->second;
        const auto before = word;
        word = effect.apply(before);
        changes.push_back({before, word});
    }
    return changes;
}

}  // namespace faultline::evaluation
