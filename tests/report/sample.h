#pragma once

#include <faultline/report/result.h>
#include <algorithm>
#include <span>
#include <string>
#include <utility>

namespace faultline::report {

/// A small campaign from end to end, without a network: tallies are made up by rule, words around
/// faults follow from the faults.
struct Sample {
    network::Description network;
    campaign::Plan plan;
    campaign::Outcome outcome;
    campaign::Summary summary;

    explicit Sample(const campaign::Settings& settings);
    Sample(const campaign::Settings& settings, network::Description stored);
    FormatInputs format() const;
    Inputs inputs() const;
};

inline network::Description sample_network() {
    using enum network::Role;
    network::Description network;
    network.path = "net.pt";
    network.model_sha256 = std::string(64, 'a');
    network.classes = 10;
    network.input_shape = {3, 8, 8};
    network.layers = {{"stem", "", "convolution", 6912, {0, 1}},
                      {"fire.squeeze", "fire", "convolution", 512, {2}},
                      {"fire.norm", "fire", "batch-norm", 0, {3, 4, 5}}};
    network.tensors = {{"stem.weight", 0, weight, {4, 3, 3, 3}},
                       {"stem.bias", 0, bias, {4}},
                       {"fire.squeeze.weight", 1, weight, {2, 4, 1, 1}},
                       {"fire.norm.weight", 2, scale, {2}},
                       {"fire.norm.bias", 2, shift, {2}},
                       {"fire.norm.running_mean", 2, buffer, {2}}};
    network.nodes = {{0, "input", -1, {3, 8, 8}, false},
                     {1, "aten::_convolution", 0, {4, 8, 8}, false},
                     {2, "prim::If", -1, {}, true}};
    network.edges = {{0, 1}, {1, 2}};
    network.switches = {2, 0, 2, 2};
    return network;
}

inline campaign::Settings sample_settings(campaign::Test test) {
    campaign::Settings settings;
    settings.test = test;
    settings.runs = 3;
    settings.errors = {0, 1, 5};
    settings.positions = 4;
    settings.bits = {0, 30, 31};
    return settings;
}

/// The more faults, the more lost answers; some come right and some turn not finite.
inline evaluation::Tally sample_tally(std::int64_t faults) {
    evaluation::Tally tally;
    tally.images = 50;
    tally.critical = std::min<std::int64_t>(40, 3 * faults);
    tally.top1 = 40 - tally.critical + std::min<std::int64_t>(2, faults / 2);
    tally.top5 = 48 - tally.critical;
    tally.nonfinite = tally.critical / 3;
    tally.sdc1 = tally.critical - tally.nonfinite + std::min<std::int64_t>(2, faults / 2);
    tally.sdc5 = tally.sdc1 / 2;
    tally.benign = faults == 0 ? 0 : 1;
    tally.masked = 50 - tally.nonfinite - tally.sdc1 - tally.benign;
    return tally;
}

/// A run's trials by how many of its effects are high; all on one block.
inline campaign::Outcome sample_outcome(const campaign::Plan& plan,
                                        const network::Description& network) {
    campaign::Outcome outcome;
    outcome.golden_before = outcome.golden_after = sample_tally(0);
    for (std::int64_t image = 0; image < outcome.golden_before.images; ++image)
        outcome.golden_right.push_back(image < outcome.golden_before.top1);
    for (int run = 0; run < plan.settings.runs; ++run) {
        const auto trials = campaign::trials(plan, network, run);
        auto& record = outcome.runs.emplace_back(campaign::RunRecord{.run = run, .tallies = {}});
        for (std::int32_t place = 0; place < std::ssize(trials); ++place) {
            const auto effects = evaluation::effects(trials, place);
            record.tallies.push_back(
                sample_tally(std::count_if(effects.begin(), effects.end(), [](const auto& effect) {
                    return effect.toggle >= 1U << 20U;
                })));
        }
    }
    return outcome;
}

/// The sample's tensors, parameters in 8 bits.
inline network::Description sample_fixed_network() {
    auto network = sample_network();
    network.path = "net8.pt";
    network.model_sha256 = std::string(64, 'e');
    for (auto& tensor : network.tensors) {
        if (tensor.role != network::Role::buffer)
            tensor.format = number::FixedPoint({.bit_count = 8, .fraction_bits = 6});
    }
    return network;
}

/// As if every number were 1.
inline std::uint32_t found_word(const std::string& format) {
    return format == "float32" ? 0x3F800000U : 0x40U;
}

inline void add_faults(FormatInputs& inputs) {
    const auto before = found_word(inputs.plan.format);
    for (int run = 0; run < inputs.plan.settings.runs; ++run) {
        inputs.trials.push_back(campaign::trials(inputs.plan, inputs.network, run));
        auto& changes = inputs.changes.emplace_back();
        for (const auto& trial : inputs.trials.back()) {
            auto& around = changes.emplace_back();
            for (const auto& effect : trial.added) around.push_back({before, effect.apply(before)});
        }
    }
}

inline void add_surroundings(Inputs& inputs, campaign::Settings settings) {
    const core::Section section = campaign::options(settings);
    inputs.tool = {{"version", "0.1.0"}, {"commit", "0123456"}};
    inputs.environment = {{"libtorch", "2.11.0"},
                          {"cuda", nullptr},
                          {"cudnn", nullptr},
                          {"opencv", "4.6.0"},
                          {"device", "cpu"},
                          {"cpu_isa", "AVX2"},
                          {"threads", 2},
                          {"batch", 64},
                          {"flags", {{"effective", {{"tf32_matmul", false}}}}},
                          {"float32_probe", {{"error", 2.5e-7}, {"pass", true}}},
                          {"host", {{"name", "bench"}}}};
    inputs.config = core::values(std::span(&section, 1));
    inputs.config["network"] = {{"model", "net.pt"}, {"device", "cpu"}};
    inputs.config["dataset"] = {{"images", "val"}, {"first", 50}};
    inputs.images = {{"count", 50},
                     {"selection", "first 50"},
                     {"images_sha256", std::string(64, 'c')},
                     {"preprocessing_sha256", std::string(64, 'd')},
                     {"bad", {{{"name", "n1/broken.JPEG"}, {"reason", "no end marker"}}}}};
    inputs.timing = {{"seconds", 1.5}};
}

/// With the sample test's strata.
inline campaign::Plan sample_plan(const campaign::Settings& settings,
                                  const network::Description& network) {
    auto plan = campaign::plan(settings, network);
    campaign::StoredWords words;
    const auto found = found_word(plan.format);
    words.word = [found](const fault::WeightWord&) { return found; };
    for (const auto& tensor : network.tensors) {
        auto& ones = words.ones.emplace_back();
        for (int bit = 0; bit < number::bit_count(tensor.format); ++bit)
            ones.push_back((found >> bit & 1U) != 0 ? tensor.element_count() : 0);
    }
    campaign::survey(plan, network, std::move(words));
    return plan;
}

inline Sample::Sample(const campaign::Settings& settings) : Sample(settings, sample_network()) {}

inline Sample::Sample(const campaign::Settings& settings, network::Description stored)
    : network(std::move(stored)),
      plan(sample_plan(settings, network)),
      outcome(sample_outcome(plan, network)),
      summary(campaign::summarize(plan, network, outcome)) {}

inline FormatInputs Sample::format() const {
    FormatInputs inputs{plan, network, outcome,         summary,
                        {},   {},      "network.model", std::string(64, 'b')};
    add_faults(inputs);
    return inputs;
}

inline Inputs Sample::inputs() const {
    Inputs inputs;
    inputs.formats.push_back(format());
    add_surroundings(inputs, plan.settings);
    return inputs;
}

/// The sample's campaign on float32 and on 8 bits.
inline Inputs two_formats(const campaign::Settings& settings) {
    auto inputs = Sample(settings).inputs();
    inputs.formats.push_back(Sample(settings, sample_fixed_network()).format());
    auto& fixed = inputs.formats.back();
    fixed.file = "network.quantized[0]";
    fixed.parameters_sha256 = std::string(64, 'f');
    inputs.config["network"]["quantized"] = {"net8.pt"};
    return inputs;
}

}  // namespace faultline::report
