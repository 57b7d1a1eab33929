#include "tail.h"

#include <ATen/ATen.h>
#include <faultline/core/place.h>

#include <algorithm>
#include <numeric>

#include "rows.h"

namespace faultline::evaluation {
namespace {

using core::place;
using network::State;
using network::ValueId;

/// The cut's value and what else the tail reads from before the cut.
State inputs_for(const Batch& batch, const TrialRoute& trial, const SubBatch& size,
                 const State& state, at::Tensor cut, const at::Tensor& images) {
    const auto& ground = batch.ground;
    auto inputs = ground.program.constants;
    inputs[place(trial.cut_value)] = std::move(cut);
    for (const ValueId value : trial.tail_inputs) {
        const auto& whole = state[place(value)];
        switch (ground.value_kind(value)) {
            case ValueKind::row:
                inputs[place(value)] = select_rows(whole.toTensor(), images);
                break;
            case ValueKind::shape:
                inputs[place(value)] = size.shapes[place(value)];
                break;
            case ValueKind::fixed:
            case ValueKind::mixed:
            case ValueKind::list:  // not in a tail that has sizes
                inputs[place(value)] = whole;
        }
    }
    return inputs;
}

/// The first row fills what is missing; lying as rows of `whole` do.
at::Tensor padded(const at::Tensor& rows, std::int64_t size, const at::Tensor& whole) {
    std::vector<std::int64_t> order(place(rows.size(0)));
    std::iota(order.begin(), order.end(), 0);
    const auto found = rows.index_select(0, image_index(order, size, rows.device()));
    if (whole.is_contiguous()) return found;
    auto filled = empty_rows(whole, size);
    copy_values(filled, found);
    return filled;
}

}  // namespace

at::Tensor image_index(const std::vector<std::int64_t>& images, std::int64_t size,
                       at::Device device) {
    auto padded = images;
    padded.resize(place(size), images.front());
    return at::tensor(padded, at::kLong).to(device);
}

const SubBatch* fitting(const TrialRoute& trial, std::int64_t count, std::int64_t batch) {
    const auto worth = batch * 3 / 4;
    for (const auto* size : trial.sizes)
        if (size->size >= count) return size->size <= worth ? size : nullptr;
    return nullptr;
}

void run_tail(const Batch& batch, const TrialRoute& trial, const std::vector<network::Leg>& legs,
              const SubBatch& size, const State& state, const Rows& rows, Work& work,
              const std::function<void(ValueId, const c10::IValue&)>& made) {
    const auto& program = batch.ground.program;
    const auto images = image_index(rows.images, size.size, rows.values.device());
    const auto& whole = state[place(trial.cut_value)].toTensor();
    auto small =
        inputs_for(batch, trial, size, state, padded(rows.values, size.size, whole), images);
    for (auto leg = legs.begin() + trial.cut + 1; leg != legs.end(); ++leg) {
        network::run_step(program, leg->step, small);
        work.macs_done += batch.macs[place(leg->step)] * size.size;
        for (const ValueId value : program.steps[place(leg->step)].outputs)
            made(value, small[place(value)]);
        network::release(*leg, small);
    }
}

}  // namespace faultline::evaluation
