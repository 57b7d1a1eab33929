#include "layer_nodes.h"

#include <torch/csrc/jit/ir/constants.h>

#include <array>
#include <string_view>

namespace faultline::network {
namespace {

using torch::jit::Node;
using torch::jit::Value;

constexpr std::size_t none = 99;

/// Where an operator takes what.
struct Row {
    std::string_view operation;
    std::size_t data;
    std::size_t weight;
    std::size_t bias;
    bool linear;
    bool transposed = false;
};

constexpr std::array rows = {Row{"aten::_convolution", 0, 1, 2, false},
                             Row{"aten::convolution", 0, 1, 2, false},
                             Row{"aten::conv1d", 0, 1, 2, false},
                             Row{"aten::conv2d", 0, 1, 2, false},
                             Row{"aten::conv3d", 0, 1, 2, false},
                             Row{"aten::conv_transpose1d", 0, 1, 2, false, true},
                             Row{"aten::conv_transpose2d", 0, 1, 2, false, true},
                             Row{"aten::conv_transpose3d", 0, 1, 2, false, true},
                             Row{"aten::linear", 0, 1, 2, true},
                             Row{"aten::addmm", 1, 2, 0, true},
                             Row{"aten::matmul", 0, 1, none, true},
                             Row{"aten::mm", 0, 1, none, true}};

Value* behind_transpositions(Value* value) {
    for (;;) {
        const std::string_view kind = value->node()->kind().toQualString();
        if (kind != "aten::t" && kind != "aten::transpose" && kind != "aten::numpy_T") return value;
        value = value->node()->input(0);
    }
}

/// Both kinds of convolution share an operator, with a flag.
bool asks_for_transposed(const Node* node) {
    constexpr std::size_t flag = 6;
    const std::string_view kind = node->kind().toQualString();
    if (kind != "aten::_convolution" && kind != "aten::convolution") return false;
    return torch::jit::constant_as<bool>(node->input(flag)).value_or(true);
}

}  // namespace

std::optional<LayerNode> layer_node(Node* node,
                                    const std::function<bool(const Value*)>& is_weight) {
    const std::string_view kind = node->kind().toQualString();
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [&](const Row& other) { return other.operation == kind; });
    if (row == rows.end() || row->weight >= node->inputs().size()) return {};
    auto* weight = behind_transpositions(node->input(row->weight));
    if (!is_weight(weight)) return {};
    LayerNode layer{node, row->data,   weight,
                    {},   row->linear, row->transposed || asks_for_transposed(node)};
    if (row->bias != none) layer.bias = row->bias;
    return layer;
}

}  // namespace faultline::network
