#include "inspection.h"

namespace faultline::cli {
namespace {

using network::Description;

core::Json tensors_json(const network::Layer& layer, const Description& description) {
    core::Json tensors = core::Json::array();
    for (const int tensor : layer.tensors) {
        const auto& weight = description.tensors[static_cast<std::size_t>(tensor)];
        tensors.push_back({{"name", weight.name},
                           {"role", network::name(weight.role)},
                           {"shape", weight.shape},
                           {"format", number::name(weight.format)}});
    }
    return tensors;
}

/// What a layer's input or output is rounded to; null where it isn't.
core::Json rounding_json(const std::optional<number::FixedPoint>& format) {
    return format ? core::Json(number::name(number::Format(*format))) : core::Json();
}

core::Json layers_json(const Description& description) {
    core::Json layers = core::Json::array();
    for (const auto& layer : description.layers) {
        layers.push_back({{"name", layer.name},
                          {"kind", layer.kind},
                          {"group", layer.group},
                          {"parameters", parameter_count(layer, description)},
                          {"macs", description.classes > 0 ? core::Json(layer.macs) : core::Json()},
                          {"inputs", rounding_json(layer.inputs)},
                          {"outputs", rounding_json(layer.outputs)},
                          {"tensors", tensors_json(layer, description)}});
    }
    return layers;
}

core::Json whole_steps_json(const Description& description) {
    core::Json whole = core::Json::array();
    for (const auto& node : description.nodes) {
        if (node.whole) whole.push_back({{"id", node.id}, {"operation", node.operation}});
    }
    return whole;
}

core::Json switches_json(const network::FileSwitches& switches) {
    return {{"convolutions", switches.node_count},
            {"tf32", switches.tf32_count},
            {"nondeterministic", switches.nondeterministic_count},
            {"benchmark", switches.benchmark_count}};
}

}  // namespace

core::Json inspection_json(const network::Network& network,
                           const network::WeightStatistics& statistics) {
    const auto& description = network.description();
    const bool known = description.classes > 0;
    return {{"model", description.path},
            {"model_sha256", description.model_sha256},
            {"format", description.format()},
            {"classes", known ? core::Json(description.classes) : core::Json()},
            {"input_shape", known ? core::Json(description.input_shape) : core::Json()},
            {"parameters", description.parameter_count()},
            {"layers", layers_json(description)},
            {"exponent_counts", statistics.exponent_counts},
            {"steps", description.nodes.size() - 1},
            {"whole_steps", whole_steps_json(description)},
            {"switches", switches_json(description.switches)},
            {"hardening", description.hardening ? json(*description.hardening) : core::Json()},
            {"weight_bytes", statistics.size_bytes},
            {"value_bytes", known ? core::Json(value_bytes(description)) : core::Json()}};
}

}  // namespace faultline::cli
