#include <faultline/report/gates.h>
#include <algorithm>

#include <faultline/campaign/rounds.h>
#include <faultline/core/bitmap.h>

#include "sections.h"

namespace faultline::report {

namespace {

using campaign::Settings;

/// By until_margin, with fewer runs or all.
bool is_stopped(const Inputs& inputs) {
    const auto& format = inputs.formats.front();
    const auto margin = format.plan.settings.until_margin;
    return margin > 0 && campaign::widest_margin(format.summary) <= margin;
}

core::Json status_json(const Inputs& inputs) {
    auto done = std::ssize(inputs.formats.front().outcome.runs);
    for (const auto& format : inputs.formats)
        done = std::min(done, std::ssize(format.outcome.runs));
    const auto planned = inputs.formats.front().plan.settings.runs;
    return {{"complete", done == planned || is_stopped(inputs)},
            {"runs_done", done},
            {"runs_planned", planned}};
}

/// How runs that went on until a margin was reached came to their end; null where they didn't.
core::Json stopping_json(const Inputs& inputs) {
    const auto& format = inputs.formats.front();
    const auto& settings = format.plan.settings;
    if (settings.until_margin == 0) return nullptr;
    return {{"until_margin", real(settings.until_margin)},
            {"confidence", real(settings.confidence)},
            {"round", settings.round},
            {"margin", real(campaign::widest_margin(format.summary))},
            {"reached", is_stopped(inputs)}};
}

core::Json conventions_json(const Settings& settings) {
    const bool paper = settings.compat == campaign::Compat::paper;
    return {{"shares", "all shares lie in [0, 1]"},
            {"deviation", paper ? "population" : "sample"},
            {"quantiles", "linear between order statistics (Hyndman and Fan, type 7)"},
            {"collapse", "top-1 at most 2 / classes"}};
}

std::string weighting(const Settings& settings) {
    if (settings.test == campaign::Test::indexed) {
        return "numbers of the space uniformly; the bit is the point's";
    }
    if (campaign::is_protected(settings)) {
        return "bits of the memory uniformly, copies and check bits among them";
    }
    return "numbers of the space uniformly, then the bits of the word uniformly";
}

core::Json fault_model_json(const Inputs& inputs) {
    const auto& settings = inputs.formats.front().plan.settings;
    const bool adjacent = settings.bits_pattern == fault::Pattern::adjacent ||
                          settings.test == campaign::Test::indexed;
    return {{"kind", "toggle"},
            {"bits_per_error", settings.bits_per_error},
            {"bits_pattern", adjacent ? "adjacent" : "random"},
            {"weighting", weighting(settings)},
            {"replacement", settings.replacement},
            {"roles", settings.roles},
            {"tensors", settings.tensors},
            {"protection", protection_json(inputs)}};
}

core::Json images_json(core::Json images) {
    images.erase("images_sha256");
    images.erase("preprocessing_sha256");
    return images;
}

/// In the order in which they are measured, which is that of points and of each run's trials.
core::Json formats_json(const Inputs& inputs) {
    auto json = core::Json::array();
    std::size_t first_trial = 0;
    for (const auto& format : inputs.formats) {
        auto entry = stored_json(format);
        entry["file"] = format.file;
        entry["exposed_bits"] = format.plan.exposed_bits;
        entry["first_trial"] = first_trial;
        json.push_back(std::move(entry));
        first_trial += format.plan.points.size();
    }
    return json;
}

core::Json golden_json(const Inputs& inputs) {
    auto json = core::Json::array();
    for (const auto& format : inputs.formats) {
        json.push_back({{"format", format.plan.format},
                        {"selection", inputs.images.at("selection")},
                        {"before", tally_json(format.outcome.golden_before)},
                        {"after", tally_json(format.outcome.golden_after)},
                        {"weights_sha256", format.parameters_sha256}});
        const auto& right = format.outcome.golden_right;
        json.back()["right"] = right.empty() ? core::Json() : core::Json(core::to_hex(right));
    }
    return json;
}

core::Json faults_json(const Inputs& inputs, const std::string& sha256) {
    std::size_t count = 0;
    for (const auto& format : inputs.formats)
        for (const auto& run : format.trials)
            for (const auto& trial : run) count += trial.added.size();
    core::Json columns = {"run", "trial", "tensor", "element", "mask", "before", "after"};
    if (campaign::is_protected(inputs.formats.front().plan.settings)) columns.push_back("hit");
    return {{"file", faults_file},
            {"sha256", sha256},
            {"count", count},
            {"columns", std::move(columns)}};
}

/// What is true of several formats is said once.
template <class Lines>
core::Json lines_json(const Inputs& inputs, Lines lines) {
    auto json = core::Json::array();
    for (const auto& format : inputs.formats) {
        for (auto& line : lines(format)) {
            if (std::find(json.begin(), json.end(), core::Json(line)) == json.end())
                json.push_back(std::move(line));
        }
    }
    return json;
}

/// The commonest pairs of classes, as drawn: trials of a stratified sample count alike. Null where
/// nothing was counted.
core::Json confusion_json(const Inputs& inputs) {
    constexpr std::size_t most = 100;
    if (!inputs.config.value(core::Json::json_pointer("/evaluation/confusion"), false))
        return nullptr;
    auto json = core::Json::array();
    for (const auto& format : inputs.formats) {
        using Entry = std::pair<evaluation::Mistaken, std::int64_t>;
        const auto& all = format.outcome.confusion;
        std::vector<Entry> entries(all.begin(), all.end());
        std::ranges::stable_sort(entries, std::ranges::greater(), &Entry::second);
        auto pairs = core::Json::array();
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < entries.size(); ++i) {
            const auto& [pair, count] = entries[i];
            sum += count;
            if (i < most)
                pairs.push_back(
                    {{"golden", pair.golden}, {"faulty", pair.faulty}, {"count", count}});
        }
        json.push_back({{"format", format.plan.format},
                        {"count", sum},
                        {"pair_count", entries.size()},
                        {"pairs", std::move(pairs)}});
    }
    return json;
}

core::Json whole_identity_json(const Inputs& inputs) {
    core::Json json = {{"campaign_sha256", campaign_sha256(inputs)}};
    json.update(identity_json(inputs));
    return json;
}

}  // namespace

core::Json result(const Inputs& inputs, const std::string& faults_sha256) {
    const auto& settings = inputs.formats.front().plan.settings;
    core::Json json;
    json["schema_version"] = schema_version;
    json["kind"] = "campaign";
    json["status"] = status_json(inputs);
    json["stopping"] = stopping_json(inputs);
    json["tool"] = inputs.tool;
    json["identity"] = whole_identity_json(inputs);
    json["environment"] = inputs.environment;
    json["config"] = inputs.config;
    json["sweep"] = inputs.sweep;
    json["formats"] = formats_json(inputs);
    json["fault_model"] = fault_model_json(inputs);
    json["assumptions"] = lines_json(
        inputs, [](const FormatInputs& format) { return campaign::assumptions(format.plan); });
    json["limitations"] = lines_json(inputs, [](const FormatInputs& format) {
        const auto pilot = campaign::pilot(format.plan).count;
        return campaign::limitations(format.plan, std::ssize(format.outcome.runs) - pilot);
    });
    json["conventions"] = conventions_json(settings);
    json["network"] = network_json(inputs);
    json["images"] = images_json(inputs.images);
    json["golden"] = golden_json(inputs);
    json["points"] = points_json(inputs);
    json["groups"] = groups_json(inputs);
    json["strata"] = strata_json(inputs);
    json["guideline"] = guideline_json(inputs);
    json["confusion"] = confusion_json(inputs);
    json["runs"] = runs_json(inputs);
    json["faults"] = faults_json(inputs, faults_sha256);
    json["verification"] = inputs.verification;
    json["gates"] = verdicts_json(judge(inputs.gates, json));
    json["timing"] = inputs.timing;
    return json;
}

}  // namespace faultline::report
