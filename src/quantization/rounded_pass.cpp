#include "rounded_pass.h"

#include <faultline/core/place.h>
#include <faultline/network/route.h>

#include "straight_through.h"

namespace faultline::quantization {
namespace {

using Formats = std::span<const network::LayerFormats>;

/// The program's constants, with the weights rounded.
network::State rounded_weights(const network::Network& network, std::span<const at::Tensor> weights,
                               Formats formats, const std::optional<at::Generator>& generator) {
    const auto& program = network.program();
    auto state = program.constants;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const auto& tensor = network.description().tensors[i];
        const auto format = formats[core::place(tensor.layer)].of(tensor.role);
        const auto* fixed = std::get_if<number::FixedPoint>(&format);
        state[core::place(program.weights[i])] =
            fixed == nullptr ? weights[i] : straight_through(weights[i], *fixed, generator);
    }
    return state;
}

void round(c10::IValue& value, const std::optional<number::FixedPoint>& format) {
    if (format) value = straight_through(value.toTensor(), *format);
}

/// A layer's input is rounded for that layer alone, its output for all who read it.
void run_step(const network::Program& program, int index, Formats formats, network::State& state) {
    const auto& step = program.steps[core::place(index)];
    if (!step.product) return network::run_step(program, index, state);
    const auto& layer = formats[core::place(step.product->layer)];
    auto& data = state[core::place(step.product->data)];
    const auto unrounded = data;
    round(data, layer.inputs);
    network::run_step(program, index, state);
    data = unrounded;
    round(state[core::place(step.outputs.at(0))], layer.outputs);
}

}  // namespace

at::Tensor rounded_pass(const network::Network& network, std::span<const at::Tensor> weights,
                        Formats formats, const at::Tensor& images,
                        const std::optional<at::Generator>& generator) {
    const auto& program = network.program();
    auto state = rounded_weights(network, weights, formats, generator);
    state.at(core::place(program.input)) = images;
    const network::ValueSet nothing_kept(program.constants.size(), false);
    for (const auto& leg : network::whole_route(program, nothing_kept).legs) {
        run_step(program, leg.step, formats, state);
        network::release(leg, state);
    }
    return network::logits(program, state);
}

}  // namespace faultline::quantization
