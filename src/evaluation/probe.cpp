#include "probe.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <faultline/evaluation/memory_plan.h>

#include <algorithm>
#include <exception>

namespace faultline::evaluation {
namespace {

using network::State;
using network::Step;

/// Below this, backends change their ways, and nothing is gained.
constexpr std::int64_t smallest_batch = 16;

std::size_t place(int index) { return static_cast<std::size_t>(index); }

std::vector<SubBatch> sizes(std::int64_t batch, std::size_t steps, std::size_t values) {
    std::vector<SubBatch> found;
    for (auto size = batch; size == batch || size >= smallest_batch; size /= 2)
        found.push_back({size, std::vector<bool>(steps, false), State(values)});
    std::reverse(found.begin(), found.end());
    return found;
}

/// The last images first: each comes to lie elsewhere, in other company.
at::Tensor reversed(std::int64_t batch, std::int64_t count, at::Device device) {
    return at::arange(batch - 1, batch - 1 - count, -1,
                      at::TensorOptions().dtype(at::kLong).device(device));
}

std::vector<std::int64_t> block_starts(std::int64_t channel_count, std::int64_t width) {
    constexpr std::int64_t most = 4;
    const auto blocks = (channel_count + width - 1) / width;
    std::vector<std::int64_t> starts;
    for (std::int64_t k = 0; k < std::min(blocks, most); ++k)
        starts.push_back(k * (blocks - 1) / std::max<std::int64_t>(std::min(blocks, most) - 1, 1) *
                         width);
    return starts;
}

/// What `find` finds; nothing, too, for a shape that the shortcut can't take. Throws on when memory
/// runs out.
template <class Find>
auto attempt(const Find& find) -> decltype(find()) {
    try {
        return find();
    } catch (const std::exception& error) {
        if (is_out_of_memory(error)) throw;
        return {};
    }
}

const c10::IValue& unbatched_input(const SubBatch& sub, network::ValueId value,
                                   const c10::IValue& full) {
    const auto& own = sub.unbatched[place(value)];
    return own.isNone() ? full : own;
}

}  // namespace

bool same_bits(const at::Tensor& left, const at::Tensor& right) {
    if (left.sizes() != right.sizes() || left.scalar_type() != right.scalar_type()) return false;
    if (left.scalar_type() != at::kFloat) return at::equal(left, right);
    return at::equal(left.contiguous().view(at::kInt), right.contiguous().view(at::kInt));
}

bool is_batched(const c10::IValue& value, std::int64_t batch) {
    return value.isTensor() && value.toTensor().defined() && value.toTensor().dim() > 0 &&
           value.toTensor().size(0) == batch;
}

std::vector<c10::IValue> inputs_of(const Step& step, const State& state) {
    std::vector<c10::IValue> inputs;
    inputs.reserve(step.inputs.size());
    for (const auto value : step.inputs) inputs.push_back(state[place(value)]);
    return inputs;
}

bool SubBatch::exact_on(const std::vector<int>& steps) const {
    return std::all_of(steps.begin(), steps.end(), [&](int step) { return exact[place(step)]; });
}

Prober::Prober(const network::Program& program, const std::vector<StepKind>& kinds,
               std::int64_t batch)
    : program_(program), kinds_(kinds), batch_(batch) {
    probe_.block_width.assign(program.steps.size(), 0);
    probe_.sub_batches = sizes(batch, program.steps.size(), program.constants.size());
    probe_.rows.assign(program.constants.size(), false);
    from_images_.assign(program.constants.size(), false);
    from_images_[place(program.input)] = true;
    for (const auto& step : program.steps) {
        const bool depends = std::ranges::any_of(
            step.inputs, [&](network::ValueId value) { return from_images_[place(value)]; });
        for (const auto value : step.outputs) from_images_[place(value)] = depends;
    }
}

void Prober::observe(int step, const State& state) {
    c10::NoGradGuard no_gradients;
    for (const auto value : program_.steps[place(step)].outputs)
        probe_.rows[place(value)] =
            from_images_[place(value)] && is_batched(state[place(value)], batch_);
    probe_.block_width[place(step)] = attempt([&] { return exact_width(step, state); });
    for (auto& sub : probe_.sub_batches)
        sub.exact[place(step)] = attempt([&] { return sub_batch_is_exact(sub, step, state); });
}

std::int64_t Prober::exact_width(int index, const State& state) const {
    const auto& step = program_.steps[place(index)];
    const auto kind = kinds_[place(index)];
    if (kind == StepKind::join) return few_channels;
    if (kind == StepKind::other) return 0;
    const auto& output = state[place(step.outputs[0])];
    if (!is_batched(output, batch_) || output.toTensor().dim() < 2) return 0;
    const auto widths = block_widths(output.toTensor().size(1));
    const auto is_exact = [&](std::int64_t width) { return block_is_exact(index, state, width); };
    if (kind == StepKind::channelwise && !has_channels(step, state, output.toTensor().size(1)))
        return 0;
    if (kind == StepKind::channelwise)
        return std::ranges::all_of(widths, is_exact) ? few_channels : 0;
    const auto smallest = std::ranges::find_if(widths, is_exact);
    return smallest == widths.end() ? 0 : *smallest;
}

bool Prober::block_is_exact(int index, const State& state, std::int64_t width) const {
    const auto& step = program_.steps[place(index)];
    const auto& output = state[place(step.outputs[0])].toTensor();
    const auto channel_count = output.size(1);
    const auto inputs = inputs_of(step, state);
    for (const auto start : block_starts(channel_count, width)) {
        const auto channels = block_of(start, channel_count, width);
        const auto found = kinds_[place(index)] == StepKind::weighted
                               ? run_block(step, inputs, channels)
                               : run_channels(step, inputs, channels, channel_count);
        if (!same_bits(found, output.narrow(1, channels.first, channels.count))) return false;
    }
    return true;
}

/// Whether the step's inputs that other steps made have all channels of its output.
bool Prober::has_channels(const Step& step, const State& state, std::int64_t channel_count) const {
    return std::ranges::all_of(step.inputs, [&](network::ValueId value) {
        if (!from_images_[place(value)]) return true;
        const auto& input = state[place(value)];
        return !input.isTensor() ||
               (input.toTensor().dim() >= 2 && input.toTensor().size(1) == channel_count);
    });
}

bool Prober::sub_batch_is_exact(SubBatch& sub, int index, const State& state) const {
    const auto& step = program_.steps[place(index)];
    if (step.outputs.size() != 1) return false;
    const auto output = step.outputs[0];
    std::vector<c10::IValue> inputs;
    at::Tensor rows;
    for (const auto value : step.inputs) {
        const bool constant = !program_.constants[place(value)].isNone();
        const auto& full = state[place(value)];
        if (!constant && (value == program_.input || probe_.rows[place(value)])) {
            if (!rows.defined()) rows = reversed(batch_, sub.size, full.toTensor().device());
            inputs.push_back(full.toTensor().index_select(0, rows));
        } else {
            inputs.push_back(constant || full.isNone() ? full : unbatched_input(sub, value, full));
        }
    }
    auto found = step.run(std::move(inputs)).at(0);
    if (probe_.rows[place(output)]) {
        return rows.defined() &&
               same_bits(found.toTensor(), state[place(output)].toTensor().index_select(0, rows));
    }
    // A tensor that mixes images knows their company; one made of weights alone stays as it is, and
    // may be faulty by then. Sizes are the batch's own.
    if (found.isTensor()) {
        return !from_images_[place(output)] &&
               same_bits(found.toTensor(), state[place(output)].toTensor());
    }
    if (!found.isInt() && !found.isBool() && !found.isIntList()) return false;
    sub.unbatched[place(output)] = std::move(found);
    return true;
}

}  // namespace faultline::evaluation
