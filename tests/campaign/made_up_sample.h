#pragma once

#include <faultline/campaign/sampling.h>
#include <faultline/campaign/summary.h>
#include <faultline/core/place.h>

#include "small_network.h"

/// A sample test without a network: words and tallies are made up by rule, so that the truth is
/// known.
namespace faultline::campaign {

/// Words made up by rule: bit 30 is set in one of 50 words, others in about half.
inline std::uint32_t made_up(const fault::WeightWord& place) {
    const auto mixed = static_cast<std::uint32_t>(place.element * 2654435761U) ^
                       static_cast<std::uint32_t>(place.tensor * 40503);
    const auto top = place.element % 50 == 7 ? 1U << 30U : 0U;
    return (mixed & ~(1U << 30U)) | top;
}

inline StoredWords words_of(const network::Description& network) {
    StoredWords words;
    words.word = made_up;
    for (std::int32_t tensor = 0; tensor < std::ssize(network.tensors); ++tensor) {
        const auto& stored = network.tensors[core::place(tensor)];
        auto& ones = words.ones.emplace_back(core::place(number::bit_count(stored.format)));
        for (std::int64_t element = 0; element < stored.element_count(); ++element)
            for (std::size_t bit = 0; bit < ones.size(); ++bit)
                ones[bit] += made_up({tensor, element}) >> bit & 1U;
    }
    return words;
}

/// Of 256 numbers and more, so that rare bits are there.
inline network::Description wide_network() {
    using enum network::Role;
    return network_of({{"first", {{weight, {16, 16}}, {bias, {16}}}},
                       {"second", {{weight, {40, 16}}, {bias, {40}}}}});
}

inline Settings sample_settings(Sampling sampling, int runs) {
    Settings settings;
    settings.test = campaign::Test::sample;
    settings.sampling = sampling;
    settings.runs = runs;
    settle(settings);
    return settings;
}

inline Plan surveyed(const Settings& settings, const network::Description& network) {
    auto made = plan(settings, network);
    survey(made, network, words_of(network));
    return made;
}

/// Bit 30 upwards is deadly for half the images in the first layer and all in the second.
inline evaluation::Tally tally_of(const Plan& plan, const network::Description& network, int run) {
    const auto& stratum = plan.strata->list[drawn(plan, network, run).stratum];
    evaluation::Tally tally;
    tally.images = 100;
    const bool deadly = stratum.bit == 30 && stratum.direction == Direction::up;
    tally.critical = deadly ? (stratum.layer == 0 ? 50 : 100) : 0;
    tally.sdc1 = tally.critical;
    tally.top1 = 100 - tally.critical;
    tally.top5 = tally.top1;
    tally.benign = 100 - tally.critical;
    return tally;
}

inline evaluation::Tally golden() {
    evaluation::Tally tally;
    tally.images = tally.top1 = tally.top5 = tally.masked = 100;
    return tally;
}

inline double truth(const Plan& plan) {
    double sum = 0;
    for (const auto& stratum : plan.strata->list)
        if (stratum.bit == 30 && stratum.direction == Direction::up)
            sum += stratum.share * (stratum.layer == 0 ? 0.5 : 1);
    return sum;
}

/// Measures the pilot, allocates, measures the rest.
inline Outcome measured(Plan& plan, const network::Description& network) {
    Outcome outcome;
    outcome.golden_before = outcome.golden_after = golden();
    const auto pilot_end = pilot(plan).end();
    for (int run = 0; run < plan.settings.runs; ++run) {
        if (run == pilot_end) allocate(plan, network, outcome);
        outcome.runs.push_back({run, {tally_of(plan, network, run)}});
    }
    return outcome;
}

}  // namespace faultline::campaign
