#include <faultline/campaign/settings.h>
#include <numeric>
#include <utility>

#include "test_type.h"

namespace faultline::campaign {

namespace {

using core::option;

constexpr int most_errors = 1'000'000'000;
constexpr int most_runs = 1'000'000;

/// What the original fixes in its code.
void follow_paper(Settings& settings) {
    settings.errors = {0, 1, 5, 10, 50, 60, 70, 80, 90, 100, 200, 300, 400, 500};
    settings.roles = {"weight"};
    settings.replacement = true;
}

void follow_nobody(Settings& settings) {
    const Settings defaults;
    settings.errors = defaults.errors;
    settings.roles = defaults.roles;
    settings.replacement = defaults.replacement;
}

/// The same choice again changes nothing, so that an echo can be applied.
void choose(Settings& settings, Compat compat) {
    if (settings.compat == compat) return;
    settings.compat = compat;
    if (compat == Compat::paper) {
        follow_paper(settings);
    } else {
        follow_nobody(settings);
    }
}

core::Option compat_option(Settings& settings) {
    return core::choice_option(
        "compat", [&settings] { return static_cast<int>(settings.compat); },
        [&settings](int value) { choose(settings, static_cast<Compat>(value)); },
        {{"none", static_cast<int>(Compat::none)}, {"paper", static_cast<int>(Compat::paper)}},
        "whose choices are followed: paper sets errors, roles and replacement as the original did "
        "(how numbers are stored is the file's: see quantize --compat paper)");
}

std::vector<std::pair<std::string, Test>> test_names() {
    std::vector<std::pair<std::string, Test>> names;
    for (const auto& type : test_types()) names.emplace_back(type.name, type.test);
    return names;
}

std::vector<core::Option> common_options(Settings& settings) {
    return {compat_option(settings), option("test", settings.test, "test type", test_names()),
            option("runs", settings.runs, "how often fresh faults are drawn", {1, most_runs}),
            option("seed", settings.seed, "of every random draw"),
            option("formats", settings.formats,
                   "measure only these of the formats that the given models store", "NAME,...")};
}

std::vector<core::Option> point_options(Settings& settings) {
    using Policies = std::vector<std::pair<std::string, Policy>>;
    const Policies policies = {
        {"proportional", Policy::proportional}, {"equal", Policy::equal}, {"rate", Policy::rate}};
    return {
        option("errors", settings.errors, "full: measured after so many errors, rising",
               {0, most_errors}),
        option("rates", settings.rates,
               "full: measured at these bit error rates, rising, instead of error counts"),
        option("positions", settings.positions, "indexed: words hit in each run", {1, most_errors}),
        option("bits", settings.bits, "indexed: bits that flip, 0 the lowest; empty: every bit",
               {0, 95}),
        option("policy", settings.policy,
               "layer: errors a layer gets: proportional to its size, equal, or at a rate",
               policies),
        option("errors_per_layer", settings.errors_per_layer, "layer: for the policy equal",
               {1, most_errors}),
        option("rate", settings.rate, "layer: errors per stored bit, for the policy rate",
               {0.0, 1.0}),
        option("layers", settings.layers, "layer: only layers whose name matches", "PATTERN")};
}

std::vector<core::Option> sample_options(Settings& settings) {
    using Samplings = std::vector<std::pair<std::string, Sampling>>;
    const Samplings samplings = {{"plain", Sampling::plain}, {"stratified", Sampling::stratified}};
    return {option("sampling", settings.sampling,
                   "sample: errors from the whole space, or half of them from every layer, bit and "
                   "direction alike, reweighted",
                   samplings),
            option("allocate", settings.allocate,
                   "sample: after a pilot, draw where outcomes vary, reweighted"),
            option("pilot", settings.pilot, "sample: runs of the pilot; 0: a tenth of all",
                   {0, most_runs})};
}

std::vector<core::Option> precision_options(Settings& settings) {
    return {
        option("images_per_run", settings.images_per_run,
               "each run has so many images of its own, spread over the classes; 0: all have "
               "all",
               {0, most_errors}),
        option("confidence", settings.confidence, "of every interval", {0.5, 0.9999}),
        option("until_margin", settings.until_margin,
               "go on until half an interval's width is at most this at every point; 0: off",
               {0.0, 0.5}),
        option("max_runs", settings.max_runs,
               "with until_margin: at most so many runs; 0: as `runs` says", {0, most_runs}),
        option("round", settings.round,
               "with until_margin: runs between two looks; 0: a twentieth of all", {0, most_runs})};
}

std::vector<core::Option> fault_options(Settings& settings) {
    using Patterns = std::vector<std::pair<std::string, fault::Pattern>>;
    const Patterns patterns = {{"random", fault::Pattern::random},
                               {"adjacent", fault::Pattern::adjacent}};
    return {option("roles", settings.roles, "hit: weight, bias, scale, shift, buffer", "ROLE,..."),
            option("tensors", settings.tensors, "hit: only tensors whose name matches", "PATTERN"),
            option("bits_per_error", settings.bits_per_error, "bits one error flips in its word",
                   {1, 64}),
            option("bits_pattern", settings.bits_pattern, "where an error's bits lie", patterns),
            option("replacement", settings.replacement,
                   "an error may strike where another struck (an equal bit cancels)"),
            option("protect", settings.protect,
                   "the memory: none, tmr, tmr:bits=25-30,31, secded or parity; each may end with "
                   ":layers=PATTERN,PATTERN; copies and check bits are hit, too",
                   "SPEC")};
}

}  // namespace

Settings::Settings() : errors(50) { std::iota(errors.begin(), errors.end(), 1); }

core::Section options(Settings& settings) {
    core::Section section{"campaign", common_options(settings)};
    for (auto* const more : {point_options, sample_options, precision_options, fault_options})
        for (auto& described : more(settings)) section.options.push_back(std::move(described));
    return section;
}

std::string name(Test test) { return std::string(test_type(test).name); }

}  // namespace faultline::campaign
