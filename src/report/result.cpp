#include <faultline/report/gates.h>
#include <algorithm>

#include "sections.h"

namespace faultline::report {

namespace {

using campaign::Settings;

core::Json status_json(const Inputs& inputs) {
    auto done = std::ssize(inputs.formats.front().outcome.runs);
    for (const auto& format : inputs.formats)
        done = std::min(done, std::ssize(format.outcome.runs));
    const auto planned = inputs.formats.front().plan.settings.runs;
    return {{"complete", done == planned}, {"runs_done", done}, {"runs_planned", planned}};
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
    return "numbers of the space uniformly, then the bits of the word uniformly";
}

core::Json fault_model_json(const Settings& settings) {
    const bool adjacent = settings.bits_pattern == fault::Pattern::adjacent ||
                          settings.test == campaign::Test::indexed;
    return {{"kind", "toggle"},
            {"bits_per_error", settings.bits_per_error},
            {"bits_pattern", adjacent ? "adjacent" : "random"},
            {"weighting", weighting(settings)},
            {"replacement", settings.replacement},
            {"roles", settings.roles},
            {"tensors", settings.tensors},
            {"protection", "none"}};
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
    }
    return json;
}

core::Json faults_json(const Inputs& inputs, const std::string& sha256) {
    std::size_t count = 0;
    for (const auto& format : inputs.formats)
        for (const auto& run : format.trials)
            for (const auto& trial : run) count += trial.added.size();
    return {{"file", faults_file},
            {"sha256", sha256},
            {"count", count},
            {"columns", {"run", "trial", "tensor", "element", "mask", "before", "after"}}};
}

/// What is true of several formats is said once.
template <class Lines>
core::Json lines_json(const Inputs& inputs, Lines lines) {
    auto json = core::Json::array();
    for (const auto& format : inputs.formats) {
        for (auto& line : lines(format.plan)) {
            if (std::find(json.begin(), json.end(), core::Json(line)) == json.end())
                json.push_back(std::move(line));
        }
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
    json["tool"] = inputs.tool;
    json["identity"] = whole_identity_json(inputs);
    json["environment"] = inputs.environment;
    json["config"] = inputs.config;
    json["sweep"] = inputs.sweep;
    json["formats"] = formats_json(inputs);
    json["fault_model"] = fault_model_json(settings);
    json["assumptions"] = lines_json(inputs, campaign::assumptions);
    json["limitations"] = lines_json(inputs, campaign::limitations);
    json["conventions"] = conventions_json(settings);
    json["network"] = network_json(inputs);
    json["images"] = images_json(inputs.images);
    json["golden"] = golden_json(inputs);
    json["points"] = points_json(inputs);
    json["groups"] = groups_json(inputs);
    json["runs"] = runs_json(inputs);
    json["faults"] = faults_json(inputs, faults_sha256);
    json["verification"] = inputs.verification;
    json["gates"] = verdicts_json(judge(inputs.gates, json));
    json["timing"] = inputs.timing;
    return json;
}

}  // namespace faultline::report
