#include "sections.h"

namespace faultline::report {

namespace {

using campaign::Settings;

core::Json status_json(const Inputs& inputs) {
    const auto done = std::ssize(inputs.outcome.runs);
    const auto planned = inputs.plan.settings.runs;
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

core::Json fault_model_json(const campaign::Plan& plan) {
    const auto& settings = plan.settings;
    const bool adjacent = settings.bits_pattern == fault::Pattern::adjacent ||
                          settings.test == campaign::Test::indexed;
    return {{"kind", "toggle"},
            {"bits_per_error", settings.bits_per_error},
            {"bits_pattern", adjacent ? "adjacent" : "random"},
            {"weighting", weighting(settings)},
            {"replacement", settings.replacement},
            {"roles", settings.roles},
            {"tensors", settings.tensors},
            {"exposed_bits", plan.exposed_bits},
            {"protection", "none"}};
}

core::Json images_json(core::Json images) {
    images.erase("images_sha256");
    images.erase("preprocessing_sha256");
    return images;
}

core::Json golden_json(const Inputs& inputs) {
    return {{{"format", inputs.plan.format},
             {"selection", inputs.images.at("selection")},
             {"before", tally_json(inputs.outcome.golden_before)},
             {"after", tally_json(inputs.outcome.golden_after)},
             {"weights_sha256", inputs.parameters_sha256}}};
}

core::Json faults_json(const Inputs& inputs, const std::string& sha256) {
    std::size_t count = 0;
    for (const auto& run : inputs.trials)
        for (const auto& trial : run) count += trial.added.size();
    return {{"file", faults_file},
            {"sha256", sha256},
            {"count", count},
            {"columns", {"run", "trial", "tensor", "element", "mask", "before", "after"}}};
}

core::Json whole_identity_json(const Inputs& inputs) {
    core::Json json = {{"campaign_sha256", campaign_sha256(inputs)}};
    json.update(identity_json(inputs));
    return json;
}

}  // namespace

core::Json result(const Inputs& inputs, const std::string& faults_sha256) {
    core::Json json;
    json["schema_version"] = "1";
    json["kind"] = "campaign";
    json["status"] = status_json(inputs);
    json["tool"] = inputs.tool;
    json["identity"] = whole_identity_json(inputs);
    json["environment"] = inputs.environment;
    json["config"] = inputs.config;
    json["fault_model"] = fault_model_json(inputs.plan);
    json["assumptions"] = campaign::assumptions(inputs.plan);
    json["limitations"] = campaign::limitations(inputs.plan);
    json["conventions"] = conventions_json(inputs.plan.settings);
    json["network"] = network_json(inputs);
    json["images"] = images_json(inputs.images);
    json["golden"] = golden_json(inputs);
    json["points"] = points_json(inputs);
    json["groups"] = groups_json(inputs);
    json["runs"] = runs_json(inputs);
    json["faults"] = faults_json(inputs, faults_sha256);
    json["verification"] = inputs.verification;
    json["work"] = inputs.work;
    json["timing"] = inputs.timing;
    return json;
}

}  // namespace faultline::report
