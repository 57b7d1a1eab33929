#include <faultline/core/hash.h>
#include <array>
#include <utility>

#include "sections.h"

namespace faultline::report {

namespace {

/// Sorts keys, so that the order in which somebody added them doesn't count.
using SortedJson = nlohmann::json;

/// Paths differ from machine to machine while the files' hashes say what they held.
constexpr std::array<std::pair<const char*, const char*>, 6> paths = {{{"network", "model"},
                                                                       {"network", "quantized"},
                                                                       {"network", "groups"},
                                                                       {"dataset", "images"},
                                                                       {"dataset", "labels"},
                                                                       {"dataset", "synset_map"}}};

}  // namespace

core::Json without_paths(core::Json config) {
    config.erase("output");
    for (const auto& [section, key] : paths) {
        if (config.contains(section)) config[section].erase(key);
    }
    return config;
}

core::Json without_host(core::Json environment) {
    if (environment.is_object()) environment.erase("host");
    return environment;
}

core::Json stored_json(const FormatInputs& format) {
    return {{"name", format.plan.format},
            {"model_sha256", format.network.model_sha256},
            {"parameters_sha256", format.parameters_sha256}};
}

core::Json identity_json(const Inputs& inputs) {
    return {{"images_sha256", inputs.images.at("images_sha256")},
            {"preprocessing_sha256", inputs.images.at("preprocessing_sha256")}};
}

std::string campaign_sha256(const Inputs& inputs) {
    auto identity = identity_json(inputs);
    identity["formats"] = core::Json::array();
    for (const auto& format : inputs.formats) identity["formats"].push_back(stored_json(format));
    const core::Json campaign = {{"config", without_paths(inputs.config)},
                                 {"environment", without_host(inputs.environment)},
                                 {"identity", std::move(identity)}};
    const auto sorted =
        SortedJson::parse(campaign.dump(-1, ' ', false, core::Json::error_handler_t::replace));
    return core::sha256(sorted.dump());
}

}  // namespace faultline::report
