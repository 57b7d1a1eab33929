#pragma once

#include <faultline/network/network.h>
#include <faultline/network/rewrite.h>
#include <faultline/number/range.h>

#include <ATen/ATen.h>

#include <vector>

namespace faultline::tests {

/// Fixed point of `bits` bits everywhere, by the range rule, for a network without batch-norms:
/// weights and biases by their own ranges, activations by those that `images` give.
inline std::vector<network::LayerFormats> fitting_formats(const network::Network& network,
                                                          const at::Tensor& images, int bits) {
    const auto fitting = [bits](const at::Tensor& values, number::RangeRule rule) {
        return number::fixed_point({bits}, values.abs().max().item<float>(), rule);
    };
    const auto& description = network.description();
    std::vector<network::LayerFormats> formats(description.layers.size());
    for (int i = 0; i < std::ssize(description.tensors); ++i) {
        const auto& tensor = description.tensors[static_cast<std::size_t>(i)];
        auto& own = formats[static_cast<std::size_t>(tensor.layer)];
        (tensor.role == network::Role::bias ? own.biases : own.weights) =
            fitting(network.weight(i), number::RangeRule::weights);
    }
    const auto state = network::run(network.program(), images);
    for (const auto& step : network.program().steps) {
        if (!step.product) continue;
        const auto at = [&](int value) {
            return fitting(state[static_cast<std::size_t>(value)].toTensor(),
                           number::RangeRule::activations);
        };
        auto& own = formats[static_cast<std::size_t>(step.product->layer)];
        own.inputs = at(step.product->data);
        own.outputs = at(step.outputs[0]);
    }
    return formats;
}

}  // namespace faultline::tests
