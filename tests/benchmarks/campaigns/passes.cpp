#include "passes.h"

#include <ATen/ATen.h>
#include <faultline/network/route.h>

#include <algorithm>
#include <optional>

#include "clock.h"

namespace faultline::benchmarks {
namespace {

constexpr int narrow_width = 16;

network::State start(const network::Program& program, const at::Tensor& images) {
    auto state = program.constants;
    state[static_cast<std::size_t>(program.input)] = images;
    return state;
}

network::Route whole_route(const network::Program& program) {
    return network::whole_route(program, network::ValueSet(program.constants.size()));
}

bool is_weight(const network::Program& program, network::ValueId value) {
    return std::ranges::find(program.weights, value) != program.weights.end();
}

/// One group: every output reads every input channel.
bool is_dense(const at::Tensor& weight, const at::Tensor& images) {
    return weight.dim() >= 2 && weight.size(0) > narrow_width && images.dim() >= 2 &&
           weight.size(1) == images.size(weight.dim() == 2 ? -1 : 1);
}

bool can_be_narrow(const network::Step& step) {
    return step.operation == "aten::linear" || step.operation.starts_with("aten::conv") ||
           step.operation == "aten::_convolution";
}

/// What the step reads, its own weights cut to the first outputs.
std::optional<std::vector<c10::IValue>> narrow_inputs(const network::Program& program,
                                                      const network::Step& step,
                                                      const network::State& state) {
    if (!can_be_narrow(step)) return {};
    std::vector<c10::IValue> inputs;
    for (const auto value : step.inputs) inputs.push_back(state[static_cast<std::size_t>(value)]);
    if (!is_weight(program, step.inputs[1]) ||
        !is_dense(inputs[1].toTensor(), inputs[0].toTensor()))
        return {};
    for (std::size_t place = 1; place < inputs.size(); ++place) {
        if (is_weight(program, step.inputs[place]))
            inputs[place] = inputs[place].toTensor().narrow(0, 0, narrow_width).contiguous();
    }
    return inputs;
}

double narrow_seconds(const network::Network& network, const network::Step& step,
                      const network::State& state) {
    const auto inputs = narrow_inputs(network.program(), step, state);
    if (!inputs) return 0;
    return seconds(network.device(), [&] { step.run(*inputs); });
}

}  // namespace

double forward_seconds(const network::Network& network, const at::Tensor& images) {
    return seconds(network.device(), [&] { network.forward(images); });
}

double walk_seconds(const network::Network& network, const at::Tensor& images) {
    const auto route = whole_route(network.program());
    return seconds(network.device(), [&] {
        auto state = start(network.program(), images);
        network::run(network.program(), route, state);
    });
}

StepSeconds step_seconds(const network::Network& network, const at::Tensor& images) {
    const auto& program = network.program();
    auto state = start(program, images);
    StepSeconds measured{std::vector<double>(program.steps.size()),
                         std::vector<double>(program.steps.size())};
    for (const auto& leg : whole_route(program).legs) {
        const auto step = static_cast<std::size_t>(leg.step);
        measured.full[step] =
            seconds(network.device(), [&] { network::run_step(program, leg.step, state); });
        measured.narrow[step] = narrow_seconds(network, program.steps[step], state);
        network::release(leg, state);
    }
    return measured;
}

}  // namespace faultline::benchmarks
