#include "fold.h"

#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/passes/constant_propagation.h>
#include <torch/csrc/jit/passes/dead_code_elimination.h>
#include <torch/csrc/jit/passes/fold_conv_bn.h>
#include <torch/csrc/jit/passes/fold_linear_bn.h>

#include <algorithm>
#include <optional>
#include <tuple>

#include "layer_nodes.h"

namespace faultline::network {
namespace {

using torch::jit::Node;
using torch::jit::Value;

const auto batch_norm = c10::Symbol::fromQualString("aten::batch_norm");

struct Norm {
    DraftTensor scale, shift, mean, variance;
    double epsilon = 0;
};

std::optional<Norm> norm_of(Draft& draft, Node* node) {
    constexpr std::size_t first = 1, training = 5, epsilon = 7;
    std::vector<DraftTensor> found;
    for (std::size_t i = first; i < training; ++i) {
        const auto* tensor = draft.find(node->input(i));
        if (tensor == nullptr) return {};
        found.push_back(*tensor);
    }
    if (torch::jit::constant_as<bool>(node->input(training)).value_or(true)) return {};
    const auto small = torch::jit::constant_as<double>(node->input(epsilon));
    if (!small) return {};
    return Norm{found[0], found[1], found[2], found[3], *small};
}

/// Questions about shape don't care about values (a scripted batch-norm checks its input).
bool reads_values(const torch::jit::Use& use) {
    return use.user->kind() != c10::aten::dim && use.user->kind() != c10::aten::size;
}

/// The layer whose output goes into the batch-norm and nowhere else.
std::optional<LayerNode> layer_before(Draft& draft, const Node* node) {
    auto* output = node->input(0);
    if (std::count_if(output->uses().begin(), output->uses().end(), reads_values) != 1) return {};
    auto layer = layer_node(output->node(),
                            [&](const Value* value) { return draft.find(value) != nullptr; });
    if (!layer || !layer->bias || layer->transposed || layer->weight->uses().size() != 1) return {};
    return layer;
}

std::tuple<at::Tensor, at::Tensor> folded(const LayerNode& layer, const at::Tensor& weight,
                                          const at::Tensor& bias, const Norm& norm) {
    if (layer.linear) {
        return torch::jit::computeUpdatedLinearWeightAndBias({weight, bias, norm.mean.value,
                                                              norm.variance.value, norm.epsilon,
                                                              norm.scale.value, norm.shift.value});
    }
    return torch::jit::computeUpdatedConvWeightAndBias({weight, bias, norm.mean.value,
                                                        norm.variance.value, norm.epsilon,
                                                        norm.scale.value, norm.shift.value});
}

std::string owner(const std::string& tensor) { return tensor.substr(0, tensor.rfind('.')); }

void fold_into(Draft& draft, const LayerNode& layer, const Norm& norm) {
    auto* weight = draft.find(layer.weight);
    auto* bias = draft.find(layer.node->input(*layer.bias));
    const auto old =
        bias != nullptr ? bias->value : at::zeros_like(norm.mean.value, norm.mean.value.options());
    const auto [new_weight, new_bias] = folded(layer, weight->value, old, norm);
    weight->value = new_weight;
    if (bias != nullptr) {
        bias->value = new_bias;
        return;
    }
    const auto name = weight->name;
    auto* added = draft.add_parameter(name, owner(name) + ".bias", new_bias);
    layer.node->replaceInput(*layer.bias, added);
}

bool fold_node(Draft& draft, Node* node, std::vector<std::string>& names) {
    const auto norm = norm_of(draft, node);
    const auto layer = layer_before(draft, node);
    if (!norm || !layer) return false;
    const auto* bias = draft.find(layer->node->input(*layer->bias));
    const bool constant_bias = bias == nullptr && !layer->node->input(*layer->bias)->mustBeNone();
    if (constant_bias || (bias != nullptr && bias->input->uses().size() != 1)) return false;
    fold_into(draft, *layer, *norm);
    node->output()->replaceAllUsesWith(node->input(0));
    node->destroy();
    names.push_back(owner(norm->scale.name));
    std::vector<std::string> unread;
    for (const auto& tensor : {norm->scale, norm->shift, norm->mean, norm->variance}) {
        if (!tensor.input->hasUses()) unread.push_back(tensor.name);
    }
    draft.erase(unread);
    return true;
}

}  // namespace

std::vector<std::string> fold(Draft& draft) {
    c10::NoGradGuard no_gradients;
    std::vector<std::string> names;
    for (auto it = draft.graph->nodes().begin(); it != draft.graph->nodes().end();) {
        auto* node = *it;
        ++it;
        if (node->kind() == batch_norm) fold_node(draft, node, names);
    }
    torch::jit::EliminateDeadCode(draft.graph);
    return names;
}

}  // namespace faultline::network
