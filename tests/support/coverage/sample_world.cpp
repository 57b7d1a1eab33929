#include "sample_world.h"

#include <fmt/format.h>

#include <faultline/campaign/plan.h>
#include <faultline/campaign/summary.h>
#include <faultline/core/place.h>
#include <faultline/network/description.h>

#include <algorithm>
#include <bit>

namespace faultline::campaign {
namespace {

using core::place;
using evaluation::Tally;

constexpr std::int64_t images = 30;

network::Description made_up_network() {
    using enum network::Role;
    network::Description network;
    network.classes = 10;
    network.layers = {{"first", "", "convolution", 0, {0, 1}}, {"second", "", "linear", 0, {2, 3}}};
    network.tensors = {{"first.weight", 0, weight, {16, 16}},
                       {"first.bias", 0, bias, {16}},
                       {"second.weight", 1, weight, {40, 16}},
                       {"second.bias", 1, bias, {40}}};
    return network;
}

std::uint32_t mixed(const fault::WeightWord& word, std::uint32_t salt) {
    auto bits = static_cast<std::uint32_t>(word.element) * 2654435761U +
                static_cast<std::uint32_t>(word.tensor) * 40503U + salt * 2246822519U;
    bits ^= bits >> 15U;
    bits *= 2246822519U;
    return bits ^ bits >> 13U;
}

/// Bit 30 is set in one number of 50, as where weights are small.
std::uint32_t made_up(const fault::WeightWord& word) {
    return (mixed(word, 1) & ~(1U << 30U)) | (word.element % 50 == 7 ? 1U << 30U : 0U);
}

StoredWords made_up_words(const network::Description& network) {
    StoredWords words;
    words.word = made_up;
    for (std::int32_t tensor = 0; tensor < std::ssize(network.tensors); ++tensor) {
        auto& ones = words.ones.emplace_back(32);
        const auto count = network.tensors[place(tensor)].element_count();
        for (std::int64_t element = 0; element < count; ++element)
            for (std::size_t bit = 0; bit < 32; ++bit)
                ones[bit] += made_up({tensor, element}) >> bit & 1U;
    }
    return words;
}

std::int64_t lost(const fault::WeightWord& word, int bit) {
    const bool up = (made_up(word) >> bit & 1U) == 0;
    const auto chance = mixed(word, static_cast<std::uint32_t>(bit) + 2) % 1000;
    if (bit == 30 && up) return chance < 400 ? images : 0;
    if (bit == 25 && up) return chance < 100 ? images / 3 : 0;
    return chance < 5 ? images : 0;
}

struct Truth {
    double total = 0;
    double top_bit = 0;
};

Truth truth(const network::Description& network) {
    double sum = 0, top = 0, sites = 0, top_sites = 0;
    for (std::int32_t tensor = 0; tensor < std::ssize(network.tensors); ++tensor) {
        const auto count = network.tensors[place(tensor)].element_count();
        for (std::int64_t element = 0; element < count; ++element) {
            const fault::WeightWord word{tensor, element};
            for (int bit = 0; bit < 32; ++bit) {
                const auto share = static_cast<double>(lost(word, bit)) / images;
                sum += share;
                ++sites;
                if (bit != 30 || (made_up(word) >> 30U & 1U) != 0) continue;
                top += share;
                ++top_sites;
            }
        }
    }
    return {sum / sites, top / top_sites};
}

Tally tally(std::int64_t critical) {
    Tally tally;
    tally.images = images;
    tally.top1 = tally.top5 = images - critical;
    tally.masked = images - critical;
    tally.sdc1 = tally.critical = critical;
    return tally;
}

Summary measured(Plan& plan, const network::Description& network) {
    Outcome outcome;
    outcome.golden_before = outcome.golden_after = tally(0);
    for (int run = 0; run < plan.settings.runs; ++run) {
        if (run == pilot(plan).end()) allocate(plan, network, outcome);
        const auto trial = trials(plan, network, run);
        const auto& effect = trial[0].added[0];
        const auto& word = std::get<fault::WeightWord>(effect.location);
        outcome.runs.push_back({run, {tally(lost(word, std::countr_zero(effect.toggle)))}});
    }
    return summarize(plan, network, outcome);
}

/// Adds one repetition.
void count(Held& coverage, const Interval& interval, double truth, int repetitions) {
    const bool held = interval.low <= truth && truth <= interval.high;
    coverage.share += (held ? 1.0 : 0.0) / repetitions;
    coverage.mean_width += (interval.high - interval.low) / repetitions;
}

}  // namespace

SampleCoverage simulate_sample(const SampleDesign& design, int repetitions) {
    const auto network = made_up_network();
    const auto known = truth(network);
    const auto name =
        fmt::format("{}{}", design.sampling == Sampling::plain ? "plain" : "stratified",
                    design.allocate ? ", allocated" : "");
    const auto empty = [&](const std::string& what) {
        return Held{name + what, "betting", static_cast<double>(design.runs), 0, 0};
    };
    SampleCoverage found{empty(", whole space"), empty(", bit 30 0to1")};
    Settings settings;
    settings.test = Test::sample;
    settings.sampling = design.sampling;
    settings.allocate = design.allocate;
    settings.runs = design.runs;
    settle(settings);
    for (int repetition = 0; repetition < repetitions; ++repetition) {
        settings.seed = static_cast<std::uint64_t>(repetition);
        auto made = plan(settings, network);
        survey(made, network, made_up_words(network));
        const auto summary = measured(made, network);
        count(found.total, summary.strata.front().estimates[0].interval, known.total, repetitions);
        const auto top =
            std::ranges::find(summary.strata, "sample/float32/bit=30/0to1", &StratumSummary::key);
        count(found.top_bit,
              top == summary.strata.end() ? Interval{0, 1, "", 0} : top->estimates[0].interval,
              known.top_bit, repetitions);
    }
    return found;
}

}  // namespace faultline::campaign
