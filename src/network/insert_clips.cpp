#include "insert_clips.h"

#include <faultline/core/place.h>

#include <stdexcept>

namespace faultline::network {
namespace {

using core::place;
using torch::jit::Graph;
using torch::jit::Node;
using torch::jit::Value;

/// The value within its range, made from where the graph's insert point is.
Value* insert(Graph& graph, Value* value, const ActivationRange& range, Beyond beyond) {
    const double low = range.low, high = range.high, zero = 0;
    switch (beyond) {
        case Beyond::bound: {
            auto* number = graph.insert(c10::aten::nan_to_num, {value, zero});
            number->setType(value->type());
            return graph.insert(c10::aten::clamp, {number, low, high});
        }
        case Beyond::zero: {
            // NaN equals nothing; what is within the range keeps its bits.
            auto* within = graph.insert(c10::aten::clamp, {value, low, high});
            within->setType(value->type());
            auto* is_within = graph.insert(c10::aten::eq, {value, within});
            return graph.insert(c10::aten::where, {is_within, value, zero});
        }
    }
    return value;
}

/// The nodes that were cut into the clips' steps.
std::vector<Node*> nodes_of(const Draft& draft, const Program& program,
                            std::span<const Clip> clips) {
    const std::vector<Node*> all(draft.graph->nodes().begin(), draft.graph->nodes().end());
    std::vector<Node*> found;
    for (const auto& clip : clips) {
        const auto& step = program.steps.at(place(clip.point.step));
        found.push_back(all.at(place(step.node)));
        if (step.operation != found.back()->kind().toQualString())
            throw std::logic_error("the program was cut from another graph");
    }
    return found;
}

}  // namespace

void insert_clips(Draft& draft, const Program& program, std::span<const Clip> clips,
                  Beyond beyond) {
    const auto nodes = nodes_of(draft, program, clips);
    for (std::size_t i = 0; i < clips.size(); ++i) {
        auto* value = nodes[i]->output();
        torch::jit::WithInsertPoint here(nodes[i]->next());
        auto* clipped = insert(*draft.graph, value, clips[i].range, beyond);
        clipped->setType(value->type());
        value->replaceAllUsesAfterNodeWith(clipped->node(), clipped);
    }
}

}  // namespace faultline::network
