// Fills a description with what only the program and one pass tell: graph, shapes,
// multiply-accumulates.

#include <faultline/core/error.h>
#include <fmt/format.h>

#include <map>
#include <set>

#include "parts.h"

namespace faultline::network {
namespace {

constexpr int input_node = 0;

GraphNode node_of(const Step& step, int index) {
    return {index + 1, step.operation, step.layer, {}, step.whole, 0};
}

/// Output elements of one image times the numbers that go into each.
std::int64_t macs_of(const Layer& layer, const Description& description, const at::Tensor& output) {
    for (const int tensor : layer.tensors) {
        const auto& weight = description.tensors[static_cast<std::size_t>(tensor)];
        if (weight.role != Role::weight || weight.shape.size() < 2) continue;
        return output.numel() * (weight.element_count() / weight.shape[0]);
    }
    return 0;
}

at::Tensor blank_image(const std::vector<std::int64_t>& shape, at::Device device) {
    auto sizes = shape;
    sizes.insert(sizes.begin(), 1);
    return at::zeros(sizes, at::TensorOptions().dtype(at::kFloat).device(device));
}

std::string dimensions(at::IntArrayRef sizes) { return fmt::format("{}", fmt::join(sizes, "x")); }

}  // namespace

void describe_graph(const Program& program, Description& description) {
    description.nodes = {{input_node, "input", -1, {}, false, 0}};
    std::map<ValueId, int> producer = {{program.input, input_node}};
    std::set<std::pair<int, int>> edges;
    for (int index = 0; index < static_cast<int>(program.steps.size()); ++index) {
        const Step& step = program.steps[static_cast<std::size_t>(index)];
        description.nodes.push_back(node_of(step, index));
        for (const ValueId value : step.inputs) {
            const auto found = producer.find(value);
            if (found != producer.end()) edges.emplace(found->second, index + 1);
        }
        for (const ValueId value : step.outputs) producer[value] = index + 1;
    }
    for (const auto& [from, to] : edges) description.edges.push_back({from, to});
}

void Network::measure_shapes(const std::vector<std::int64_t>& shape) {
    auto& description = parts_->description;
    const auto image = blank_image(shape, parts_->device);
    State state;
    try {
        state = run(parts_->program, image);
    } catch (const std::exception& error) {
        const std::string text = error.what();
        throw core::Error(
            core::Fault::input,
            fmt::format(
                "{}: the network can't take an image of {} (channel x row x column): {}; check the "
                "preprocessing (--crop, --resize)",
                description.path, dimensions(shape), text.substr(0, text.find('\n'))));
    }
    const auto scores = logits(parts_->program, state);
    if (scores.dim() != 2 || scores.size(0) != 1 || scores.scalar_type() != at::kFloat) {
        throw core::Error(
            core::Fault::input,
            fmt::format("{}: the output for one image has shape {} and type {}, but float32 scores "
                        "[image][class] are needed",
                        description.path, dimensions(scores.sizes()),
                        at::toString(scores.scalar_type())));
    }
    description.input_shape = shape;
    description.classes = static_cast<int>(scores.size(1));
    for (auto& layer : description.layers) layer.macs = 0;
    for (std::size_t i = 0; i < parts_->program.steps.size(); ++i) {
        const Step& step = parts_->program.steps[i];
        if (step.outputs.empty()) continue;
        const auto& output = state[static_cast<std::size_t>(step.outputs[0])];
        if (!output.isTensor()) continue;
        description.nodes[i + 1].shape = output.toTensor().sizes().vec();
        if (step.layer < 0 || step.whole) continue;
        auto& layer = description.layers[static_cast<std::size_t>(step.layer)];
        description.nodes[i + 1].macs = macs_of(layer, description, output.toTensor());
        layer.macs += description.nodes[i + 1].macs;
    }
    description.nodes[input_node].shape = image.sizes().vec();
}

}  // namespace faultline::network
