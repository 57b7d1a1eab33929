#pragma once

#include <torch/script.h>

#include <functional>
#include <optional>
#include <vector>

/// Where a graph computes convolutions and linear layers.
namespace faultline::network {

/// A node that multiplies activations with weights.
struct LayerNode {
    torch::jit::Node* node = nullptr;
    std::size_t data = 0;                 ///< place of the activations among its inputs
    torch::jit::Value* weight = nullptr;  ///< the weight tensor, behind transpositions
    std::optional<std::size_t> bias;      ///< place of the bias (perhaps None) among its inputs
    bool linear = false;                  ///< else a convolution
    bool transposed = false;              ///< a transposed convolution
};

/// The node as a layer, if it is one: a convolution, linear, addmm or matrix product whose second
/// factor is a value that `is_weight` knows.
std::optional<LayerNode> layer_node(torch::jit::Node* node,
                                    const std::function<bool(const torch::jit::Value*)>& is_weight);

}  // namespace faultline::network
