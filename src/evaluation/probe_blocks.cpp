#include "probe_blocks.h"

#include <ATen/ATen.h>
#include <faultline/core/place.h>

#include <algorithm>

#include "bits.h"
#include "inputs.h"

namespace faultline::evaluation {
namespace {

using core::place;
using network::Step;

/// Whether the step's inputs that follow from the images have all channels of its output.
bool has_channels(const Step& step, const ValueKinds& values, const network::State& state,
                  std::int64_t channel_count) {
    return std::ranges::all_of(step.inputs, [&](network::ValueId value) {
        if (values.of(value) == ValueKind::fixed) return true;
        const auto& input = state[place(value)];
        return !input.isTensor() ||
               (input.toTensor().dim() >= 2 && input.toTensor().size(1) == channel_count);
    });
}

bool blocks_are_exact(const Step& step, StepKind kind, const std::vector<c10::IValue>& inputs,
                      const at::Tensor& output, std::int64_t width) {
    const auto channel_count = output.size(1);
    for (std::int64_t channel = 0; channel < channel_count; channel += width) {
        const auto channels = block_of(channel, channel_count, width);
        const auto found = kind == StepKind::weighted
                               ? run_block(step, inputs, channels)
                               : run_channels(step, inputs, channels, channel_count);
        if (!same_bits(found, output.narrow(1, channels.first, channels.count))) return false;
    }
    return true;
}

}  // namespace

std::int64_t exact_block_width(const Step& step, StepKind kind, const ValueKinds& values,
                               const network::State& state, const std::optional<Telling>& telling) {
    if (kind == StepKind::join) return few_channels;
    if (kind != StepKind::weighted && kind != StepKind::channelwise) return 0;
    if (values.of(step.outputs[0]) != ValueKind::row) return 0;
    const auto& output = state[place(step.outputs[0])].toTensor();
    if (output.dim() < 2) return 0;
    const auto inputs = inputs_of(step, state);
    const auto is_exact = [&](std::int64_t width) {
        if (!blocks_are_exact(step, kind, inputs, output, width)) return false;
        if (!telling) return true;
        auto uniform = inputs;
        uniform[telling->input] = at::full_like(inputs[telling->input].toTensor(), telling->value);
        return blocks_are_exact(step, kind, uniform, telling->output, width);
    };
    const auto widths = block_widths(output.size(1));
    if (kind == StepKind::channelwise) {
        const bool all = has_channels(step, values, state, output.size(1)) &&
                         std::ranges::all_of(widths, is_exact);
        return all ? few_channels : 0;
    }
    const auto smallest = std::ranges::find_if(widths, is_exact);
    return smallest == widths.end() ? 0 : *smallest;
}

}  // namespace faultline::evaluation
