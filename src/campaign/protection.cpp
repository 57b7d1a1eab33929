#include <faultline/campaign/protection.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <faultline/core/error.h>
#include <faultline/core/place.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <map>

#include "selection.h"

namespace faultline::campaign {

namespace {

using core::place;
using fault::Bits;

[[noreturn]] void refuse(const std::string& message) {
    throw core::Error(core::Fault::usage, "protect: " + message);
}

bool guards_anything(const MemoryProtection& protection) {
    return !std::holds_alternative<fault::Unprotected>(protection.scheme);
}

bool covers(const MemoryProtection& protection, const std::string& layer) {
    return std::ranges::any_of(protection.layers,
                               [&](const std::string& pattern) { return matches(pattern, layer); });
}

const std::string& layer_name(const network::Description& network,
                              const network::WeightTensor& tensor) {
    return network.layers[place(tensor.layer)].name;
}

/// Names of layers that have numbers of the space.
std::vector<std::string> layers_in_space(const Settings& settings,
                                         const network::Description& network) {
    std::vector<std::string> names;
    for (const auto& tensor : network.tensors) {
        const auto& name = layer_name(network, tensor);
        if (!chosen(settings, tensor) || tensor.element_count() == 0) continue;
        if (names.empty() || names.back() != name) names.push_back(name);
    }
    return names;
}

void require_patterns(const MemoryProtection& protection, const std::vector<std::string>& layers) {
    for (const auto& pattern : protection.layers) {
        const bool met = std::ranges::any_of(
            layers, [&](const std::string& layer) { return matches(pattern, layer); });
        if (met) continue;
        refuse(fmt::format("no layer that may be hit matches '{}'; there are {}", pattern,
                           first_names(layers)));
    }
}

void require_bits(const fault::Tmr& tmr, const MemoryProtection& protection,
                  const Settings& settings, const network::Description& network) {
    int widest = 0;
    for (const auto& tensor : network.tensors)
        if (chosen(settings, tensor) && covers(protection, layer_name(network, tensor)))
            widest = std::max(widest, number::bit_count(tensor.format));
    const bool names_bits = tmr != fault::Tmr{};
    const int highest = static_cast<int>(std::bit_width(tmr.bits)) - 1;
    if (!names_bits || highest < widest) return;
    refuse(fmt::format("bit {} is not a bit of {}, whose protected numbers have bits 0 to {}",
                       highest, network.format(), widest - 1));
}

/// Words of one chain of trials, by what they are read as.
class HitMemory {
 public:
    void strike(const std::vector<fault::Effect>& added) {
        for (const auto& effect : added) {
            const auto& word = std::get<fault::WeightWord>(effect.location);
            auto& reading = readings_[word];
            count(reading, -1);
            reading = effect.reading;
            count(reading, 1);
        }
    }
    const HitWords& counts() const { return counts_; }

 private:
    void count(fault::Reading reading, int by) {
        switch (reading) {
            case fault::Reading::intact:
                break;
            case fault::Reading::corrected:
                counts_.corrected += by;
                break;
            case fault::Reading::zeroed:
                counts_.zeroed += by;
                break;
            case fault::Reading::silent:
                counts_.silent += by;
                break;
        }
    }

    std::map<fault::WeightWord, fault::Reading> readings_;
    HitWords counts_;
};

}  // namespace

bool is_protected(const Settings& settings) {
    return guards_anything(parse_protection(settings.protect));
}

fault::Protection guard(const MemoryProtection& protection, const network::Description& network,
                        const network::WeightTensor& tensor) {
    if (!guards_anything(protection) || !covers(protection, layer_name(network, tensor)))
        return fault::Unprotected{};
    return protection.scheme;
}

void require_protection(const Settings& settings, const network::Description& network) {
    const auto protection = parse_protection(settings.protect);
    if (!guards_anything(protection)) return;
    require_patterns(protection, layers_in_space(settings, network));
    if (const auto* tmr = std::get_if<fault::Tmr>(&protection.scheme))
        require_bits(*tmr, protection, settings, network);
}

std::vector<fault::Effect> effects(const Plan& plan, const network::Description& network,
                                   const std::vector<fault::Error>& errors) {
    const auto protection = parse_protection(plan.settings.protect);
    if (!guards_anything(protection)) {
        std::vector<fault::Effect> all;
        all.reserve(errors.size());
        for (const auto& error : errors) all.push_back(fault::effect(error));
        return all;
    }
    assert(plan.stored_word);
    return fault::protect(errors, [&](const fault::WeightWord& word) {
        const auto& tensor = network.tensors[place(word.tensor)];
        return fault::ProtectedWord{guard(protection, network, tensor),
                                    number::bit_count(tensor.format), plan.stored_word(word)};
    });
}

std::vector<GuardedWords> guarded_words(const Plan& plan, const network::Description& network) {
    const auto protection = parse_protection(plan.settings.protect);
    std::map<int, GuardedWords> by_width;
    for (std::size_t i = 0; i < network.tensors.size(); ++i) {
        const auto& tensor = network.tensors[i];
        const auto scheme = guard(protection, network, tensor);
        if (!plan.in_space[i] || scheme == fault::Protection{}) continue;
        const auto width = number::bit_count(tensor.format);
        auto& words = by_width[width];
        words = {width, fault::added_bits(scheme, width), words.words + tensor.element_count()};
    }
    std::vector<GuardedWords> all;
    for (const auto& [width, words] : by_width) all.push_back(words);
    return all;
}

std::vector<HitWords> hit_words(std::span<const evaluation::Trial> trials) {
    std::vector<HitWords> all;
    HitMemory memory;
    for (std::int32_t i = 0; i < std::ssize(trials); ++i) {
        const auto parent = trials[place(i)].parent;
        if (parent != i - 1 || parent == evaluation::Trial::golden) {
            memory = {};
            memory.strike(evaluation::effects(trials, i));
        } else {
            memory.strike(trials[place(i)].added);  // on top of what is there already
        }
        all.push_back(memory.counts());
    }
    return all;
}

}  // namespace faultline::campaign
