#include "sections.h"

namespace faultline::report {

namespace {

core::Json tensor_json(const Inputs& inputs, int index) {
    const auto place = static_cast<std::size_t>(index);
    const auto& first = inputs.formats.front();
    const auto& tensor = first.network.tensors[place];
    auto formats = core::Json::array();
    for (const auto& format : inputs.formats)
        formats.push_back(number::name(format.network.tensors[place].format));
    return {{"index", index},
            {"name", tensor.name},
            {"role", network::name(tensor.role)},
            {"shape", tensor.shape},
            {"formats", std::move(formats)},
            {"in_space", static_cast<bool>(first.plan.in_space[place])}};
}

core::Json layer_json(const Inputs& inputs, const network::Layer& layer) {
    auto tensors = core::Json::array();
    for (const int index : layer.tensors) tensors.push_back(tensor_json(inputs, index));
    return {{"name", layer.name},
            {"group", layer.group.empty() ? core::Json() : core::Json(layer.group)},
            {"kind", layer.kind},
            {"macs", layer.macs},
            {"tensors", std::move(tensors)}};
}

core::Json node_json(const network::Description& network, const network::GraphNode& node) {
    core::Json json = {{"id", node.id}, {"operation", node.operation}, {"layer", nullptr}};
    if (node.layer >= 0) json["layer"] = network.layers[static_cast<std::size_t>(node.layer)].name;
    json["shape"] = node.shape.empty() ? core::Json() : core::Json(node.shape);
    json["whole"] = node.whole;
    return json;
}

core::Json graph_json(const network::Description& network) {
    auto nodes = core::Json::array(), edges = core::Json::array();
    for (const auto& node : network.nodes) nodes.push_back(node_json(network, node));
    for (const auto& edge : network.edges) edges.push_back({{"from", edge.from}, {"to", edge.to}});
    return {{"nodes", std::move(nodes)}, {"edges", std::move(edges)}};
}

core::Json switches_json(const network::FileSwitches& switches) {
    return {{"nodes", switches.node_count},
            {"benchmark", switches.benchmark_count},
            {"nondeterministic", switches.nondeterministic_count},
            {"tf32", switches.tf32_count}};
}

}  // namespace

core::Json network_json(const Inputs& inputs) {
    const auto& network = inputs.formats.front().network;
    auto layers = core::Json::array();
    for (const auto& layer : network.layers) layers.push_back(layer_json(inputs, layer));
    core::Json found = {{"classes", network.classes},
                        {"input_shape", network.input_shape},
                        {"parameters", network.parameter_count()},
                        {"macs", network.macs()},
                        {"file_switches", switches_json(network.switches)},
                        {"layers", std::move(layers)},
                        {"graph", graph_json(network)}};
    if (network.hardening) found["hardening"] = network::json(*network.hardening);
    return found;
}

}  // namespace faultline::report
