#include "step_kind.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "value_kind.h"

namespace faultline::evaluation {
namespace {

using network::Program;
using network::Step;

constexpr std::array<std::string_view, 24> channelwise_operations = {"aten::relu",
                                                                     "aten::threshold",
                                                                     "aten::hardtanh",
                                                                     "aten::relu6",
                                                                     "aten::clamp",
                                                                     "aten::leaky_relu",
                                                                     "aten::sigmoid",
                                                                     "aten::tanh",
                                                                     "aten::gelu",
                                                                     "aten::silu",
                                                                     "aten::hardswish",
                                                                     "aten::hardsigmoid",
                                                                     "aten::dropout",
                                                                     "aten::max_pool2d",
                                                                     "aten::avg_pool2d",
                                                                     "aten::batch_norm",
                                                                     "aten::feature_dropout",
                                                                     "aten::adaptive_avg_pool2d",
                                                                     "aten::contiguous",
                                                                     "aten::add",
                                                                     "aten::mul",
                                                                     "aten::nan_to_num",
                                                                     "aten::eq",
                                                                     "aten::where"};

/// Where an operation's constant inputs lie; 0: it has none.
struct ConvolutionInputs {
    std::string_view operation;
    std::size_t transposed;
    std::size_t groups;
};

constexpr std::array<ConvolutionInputs, 3> convolutions = {
    {{"aten::_convolution", 6, 8}, {"aten::convolution", 6, 8}, {"aten::conv2d", 0, 6}}};

const c10::IValue& constant(const Program& program, const Step& step, std::size_t input) {
    return program.constants[static_cast<std::size_t>(step.inputs.at(input))];
}

bool reads_weight_directly(const Program& program, const Step& step) {
    return step.inputs.size() > 2 && std::find(program.weights.begin(), program.weights.end(),
                                               step.inputs[1]) != program.weights.end();
}

bool is_plain_convolution(const Program& program, const Step& step) {
    for (const auto& kind : convolutions) {
        if (step.operation != kind.operation) continue;
        const auto& groups = constant(program, step, kind.groups);
        if (!groups.isInt() || groups.toInt() != 1) return false;
        if (kind.transposed == 0) return true;
        const auto& transposed = constant(program, step, kind.transposed);
        return transposed.isBool() && !transposed.toBool();
    }
    return false;
}

bool joins_channels(const Program& program, const Step& step) {
    if (step.operation != "aten::cat") return false;
    const auto& dimension = constant(program, step, step.inputs.size() - 1);
    return dimension.isInt() && dimension.toInt() == 1;
}

c10::IValue narrowed(const c10::IValue& input, Channels channels, std::int64_t channel_count) {
    if (!input.isTensor()) return input;
    const auto& tensor = input.toTensor();
    if (!tensor.defined()) return input;
    if (tensor.dim() >= 2 && tensor.size(1) == channel_count) {
        return tensor.narrow(1, channels.first, channels.count)
            .contiguous(tensor.suggest_memory_format());
    }
    if (tensor.dim() == 1 && tensor.size(0) == channel_count) {
        return tensor.narrow(0, channels.first, channels.count);
    }
    return input;
}

at::Tensor only_output(const Step& step, std::vector<c10::IValue> inputs) {
    return step.run(std::move(inputs)).at(0).toTensor();
}

/// A parameter that is added or multiplied may lie along any dimension; only batch-norm's are known
/// to hold one number a channel.
bool reads_other_weights(const Program& program, const Step& step) {
    if (step.operation == "aten::batch_norm") return false;
    return std::ranges::any_of(step.inputs, [&](network::ValueId value) {
        return std::ranges::find(program.weights, value) != program.weights.end();
    });
}

}  // namespace

StepKind step_kind(const Program& program, const Step& step) {
    if (step.outputs.size() != 1 || step.whole) return StepKind::other;
    if (reads_shape_only(step)) return StepKind::shape;
    if (joins_channels(program, step)) return StepKind::join;
    if (std::find(channelwise_operations.begin(), channelwise_operations.end(), step.operation) !=
        channelwise_operations.end()) {
        return reads_other_weights(program, step) ? StepKind::other : StepKind::channelwise;
    }
    const bool linear = step.operation == "aten::linear";
    return reads_weight_directly(program, step) && (linear || is_plain_convolution(program, step))
               ? StepKind::weighted
               : StepKind::other;
}

std::vector<std::int64_t> block_widths(std::int64_t channel_count) {
    const auto half = (channel_count / 2 + few_channels - 1) / few_channels * few_channels;
    std::vector<std::int64_t> widths;
    if (few_channels < channel_count) widths.push_back(few_channels);
    if (few_channels < half && half < channel_count) widths.push_back(half);
    return widths;
}

Channels block_of(std::int64_t channel, std::int64_t channel_count, std::int64_t width) {
    if (channel_count <= width) return {0, channel_count};
    return {std::min(channel / width * width, channel_count - width), width};
}

at::Tensor run_block(const Step& step, std::vector<c10::IValue> inputs, Channels channels) {
    for (const std::size_t input : {1, 2}) {
        if (!inputs[input].isTensor() || !inputs[input].toTensor().defined()) continue;
        inputs[input] = inputs[input].toTensor().narrow(0, channels.first, channels.count);
    }
    return only_output(step, std::move(inputs));
}

at::Tensor run_channels(const Step& step, std::vector<c10::IValue> inputs, Channels channels,
                        std::int64_t channel_count) {
    for (auto& input : inputs) input = narrowed(input, channels, channel_count);
    return only_output(step, std::move(inputs));
}

}  // namespace faultline::evaluation
