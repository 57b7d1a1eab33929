// One walk over the graph in its order. Beside it goes the knowledge of which values are numbers of
// which format already: rounding such a value to the same format would change nothing.

#include "round_activations.h"

#include <faultline/core/error.h>
#include <fmt/format.h>

#include <cmath>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "layer_nodes.h"

namespace faultline::network {
namespace {

using number::FixedPoint;
using torch::jit::Node;
using torch::jit::Value;

/// Operations whose output holds only numbers of their first input, and zeros.
bool keeps_numbers(const Node* node) {
    static const std::set<std::string_view> kinds = {
        "aten::relu",      "aten::max_pool1d", "aten::max_pool2d",      "aten::max_pool3d",
        "aten::flatten",   "aten::view",       "aten::reshape",         "aten::permute",
        "aten::transpose", "aten::t",          "aten::contiguous",      "aten::clone",
        "aten::squeeze",   "aten::unsqueeze",  "aten::slice",           "aten::select",
        "aten::dropout",   "aten::detach",     "aten::feature_dropout", "aten::channel_shuffle"};
    return kinds.contains(node->kind().toQualString());
}

void require_fraction(const FixedPoint& format) {
    if (std::abs(format.fraction_bits()) <= most_activation_fraction) return;
    throw core::Error(core::Fault::usage,
                      fmt::format("activations can't be rounded to {}: F must be within +-{}",
                                  number::name(number::Format(format)), most_activation_fraction));
}

class Rounding {
 public:
    explicit Rounding(torch::jit::Graph& graph) : graph_(graph) {}

    /// The value rounded, for a reader that is the next node.
    Value* before(Node* reader, Value* value, const FixedPoint& format) {
        if (known(value) == format) return value;
        const auto key = std::pair(value, number::name(number::Format(format)));
        const auto found = rounded_.find(key);
        if (found != rounded_.end()) return found->second;
        torch::jit::WithInsertPoint here(reader);
        return rounded_[key] = insert(value, format);
    }

    /// From here on everybody reads the value rounded.
    void after(Value* value, const FixedPoint& format) {
        torch::jit::WithInsertPoint here(value->node()->next());
        auto* rounded = insert(value, format);
        value->replaceAllUsesAfterNodeWith(rounded->node(), rounded);
    }

    /// What the node's outputs are, from what its inputs are.
    void pass(const Node* node) {
        if (keeps_numbers(node) && known(node->input(0))) {
            known_.emplace(node->output(0), *known(node->input(0)));
        } else if (node->kind() == c10::aten::cat) {
            pass_list(node->input(0)->node(), node->output());
        }
    }

 private:
    std::optional<FixedPoint> known(const Value* value) const {
        const auto found = known_.find(value);
        return found == known_.end() ? std::nullopt : std::optional(found->second);
    }

    void pass_list(const Node* list, const Value* output) {
        if (list->kind() != c10::prim::ListConstruct || list->inputs().empty()) return;
        const auto first = known(list->input(0));
        const bool same = std::all_of(list->inputs().begin(), list->inputs().end(),
                                      [&](const Value* value) { return known(value) == first; });
        if (first && same) known_.emplace(output, *first);
    }

    Value* insert(Value* value, const FixedPoint& format) {
        require_fraction(format);
        const double step = std::ldexp(1.0, -format.fraction_bits());
        const double lowest = format.lowest() / step, highest = format.highest() / step;
        auto* scaled = graph_.insert(c10::aten::mul, {value, 1 / step});
        auto* whole = graph_.insert(c10::aten::round, {scaled});
        auto* within = graph_.insert(c10::aten::clamp, {whole, lowest, highest});
        auto* rounded = graph_.insert(c10::aten::mul, {within, step});
        for (auto* made : {scaled, whole, within, rounded}) made->setType(value->type());
        known_.emplace(rounded, format);
        return rounded;
    }

    torch::jit::Graph& graph_;
    std::unordered_map<const Value*, FixedPoint> known_;
    std::map<std::pair<Value*, std::string>, Value*> rounded_;
};

/// Places of layers, by the inputs that are their weights.
std::unordered_map<const Value*, std::size_t> layers_by_weight(const Draft& draft,
                                                               const ModuleTree& tree) {
    std::unordered_map<const Value*, std::size_t> layers;
    for (const auto& tensor : tree.tensors) {
        if (tensor.role != Role::weight) continue;
        const auto found =
            std::find_if(draft.tensors.begin(), draft.tensors.end(),
                         [&](const DraftTensor& other) { return other.name == tensor.name; });
        if (found != draft.tensors.end())
            layers[found->input] = static_cast<std::size_t>(tensor.layer);
    }
    return layers;
}

}  // namespace

void round_activations(Draft& draft, const ModuleTree& tree,
                       std::span<const LayerFormats> formats) {
    const auto layers = layers_by_weight(draft, tree);
    Rounding rounding(*draft.graph);
    for (auto it = draft.graph->nodes().begin(); it != draft.graph->nodes().end(); ++it) {
        auto* node = *it;
        rounding.pass(node);
        const auto layer =
            layer_node(node, [&](const Value* value) { return layers.contains(value); });
        if (!layer) continue;
        const auto& wanted = formats[layers.at(layer->weight)];
        if (wanted.inputs) {
            auto* data = rounding.before(node, node->input(layer->data), *wanted.inputs);
            node->replaceInput(layer->data, data);
        }
        if (wanted.outputs) rounding.after(node->output(), *wanted.outputs);
    }
}

}  // namespace faultline::network
