#include <fmt/format.h>

#include <faultline/core/place.h>

#include "sections.h"

namespace faultline::report {

namespace {

core::Json layer_names(const campaign::Advice& advice, const network::Description& network) {
    auto names = core::Json::array();
    for (const auto layer : advice.layers) names.push_back(network.layers[core::place(layer)].name);
    return names;
}

core::Json critical_json(const campaign::Advice& advice) {
    if (!advice.critical) return nullptr;
    core::Json json = {{"mean", real(*advice.critical)}};
    if (advice.interval) json["interval"] = interval_json(*advice.interval);
    return json;
}

core::Json advice_json(const campaign::Advice& advice, const FormatInputs& format) {
    return {{"key", fmt::format("guideline/{}/{}", format.plan.format, advice.protection)},
            {"format", format.plan.format},
            {"protection", advice.protection},
            {"bits", advice.bits},
            {"layers", layer_names(advice, format.network)},
            {"protected_bits", advice.protected_bits},
            {"added_bits", advice.added_bits},
            {"basis", name(advice.basis)},
            {"statistics", {{"critical", critical_json(advice)}}}};
}

}  // namespace

core::Json guideline_json(const Inputs& inputs) {
    auto json = core::Json::array();
    for (const auto& format : inputs.formats)
        for (const auto& advice : format.summary.guideline)
            json.push_back(advice_json(advice, format));
    return json;
}

}  // namespace faultline::report
