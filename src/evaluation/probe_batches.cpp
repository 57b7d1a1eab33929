#include "probe_batches.h"

#include <ATen/ATen.h>
#include <faultline/core/place.h>

#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include "bits.h"
#include "rows.h"

namespace faultline::evaluation {
namespace {

using core::place;
using network::State;
using network::Step;

/// Below this, backends change their ways, and nothing is gained.
constexpr std::int64_t smallest_batch = 16;

at::TensorOptions indices(at::Device device) {
    return at::TensorOptions().dtype(at::kLong).device(device);
}

/// Which images of the whole batch a smaller one holds, and what else is done to them.
struct Company {
    std::int64_t size = 0;
    std::span<const double> spoilt;  ///< every other one holds these, in turn, if any

    /// The last images first: each comes to lie elsewhere.
    at::Tensor rows(std::int64_t batch, at::Device device) const {
        return at::arange(batch - 1, batch - 1 - size, -1, indices(device));
    }

    at::Tensor of(const at::Tensor& whole) const {
        const auto rows = this->rows(whole.size(0), whole.device());
        if (spoilt.empty() || !whole.is_floating_point()) return select_rows(whole, rows);
        // Images that share one row can't be told apart.
        auto some = whole.stride(0) == 0 ? whole.index_select(0, rows) : select_rows(whole, rows);
        spoil(some);
        return some;
    }

    /// What has to be the same.
    at::Tensor own(const at::Tensor& rows) const {
        return !spoilt.empty() ? rows.slice(0, 0, rows.size(0), 2) : rows;
    }

 private:
    void spoil(at::Tensor& rows) const {
        const auto count = rows.size(0);
        for (std::int64_t row = 1; row < count; row += 2)
            rows.select(0, row).fill_(spoilt[place(row / 2) % spoilt.size()]);
    }
};

c10::IValue of(const Company& company, const c10::IValue& whole) {
    if (whole.isTensor()) return company.of(whole.toTensor());
    c10::List<at::Tensor> list;
    for (const auto& element : whole.toTensorVector()) list.push_back(company.of(element));
    return list;
}

bool same_rows(const Company& company, const at::Tensor& found, const at::Tensor& whole) {
    const auto rows = company.rows(whole.size(0), whole.device());
    return found.dim() > 0 && found.size(0) == company.size &&
           same_bits(company.own(found), company.own(whole.index_select(0, rows)));
}

bool same_lists(const Company& company, const c10::IValue& found, const c10::IValue& whole) {
    const auto left = found.toTensorVector(), right = whole.toTensorVector();
    return std::ranges::equal(left, right, [&](const at::Tensor& one, const at::Tensor& other) {
        return same_rows(company, one, other);
    });
}

std::vector<c10::IValue> inputs_for(const SubBatch& sub, const Step& step, const ValueKinds& values,
                                    const State& state, const Company& company) {
    std::vector<c10::IValue> inputs;
    for (const auto value : step.inputs) {
        const auto& whole = state[place(value)];
        switch (values.of(value)) {
            case ValueKind::row:
            case ValueKind::list:
                inputs.push_back(of(company, whole));
                break;
            case ValueKind::shape:
                inputs.push_back(sub.shapes[place(value)]);
                break;
            case ValueKind::fixed:
            case ValueKind::mixed:
                inputs.push_back(whole);
        }
    }
    return inputs;
}

bool agrees(SubBatch& sub, const Step& step, const ValueKinds& values, const State& state,
            const Company& company) {
    const auto found = step.run(inputs_for(sub, step, values, state, company));
    bool same = true;
    for (std::size_t i = 0; i < step.outputs.size(); ++i) {
        const auto output = step.outputs[i];
        const auto& whole = state[place(output)];
        switch (values.of(output)) {
            case ValueKind::row:
                same = same && same_rows(company, found.at(i).toTensor(), whole.toTensor());
                break;
            case ValueKind::list:
                same = same && same_lists(company, found.at(i), whole);
                break;
            case ValueKind::shape:
                sub.shapes[place(output)] = found.at(i);
                break;
            case ValueKind::fixed:
                break;
            case ValueKind::mixed:
                same = false;
        }
    }
    return same;
}

bool agrees_on(const Telling& telling, SubBatch& sub, const Step& step, const ValueKinds& values,
               const State& state) {
    const Company company{sub.size, {}};
    auto inputs = inputs_for(sub, step, values, state, company);
    inputs[telling.input] = at::full_like(inputs[telling.input].toTensor(), telling.value);
    return same_rows(company, step.run(std::move(inputs)).at(0).toTensor(), telling.output);
}

}  // namespace

bool SubBatch::exact_on(const std::vector<int>& steps) const {
    return std::ranges::all_of(steps, [&](int step) { return exact[place(step)]; });
}

std::vector<SubBatch> sub_batches(const network::Program& program, std::int64_t batch) {
    std::vector<SubBatch> found;
    for (auto size = batch; size == batch || size >= smallest_batch; size /= 2)
        found.push_back({size, std::vector<bool>(program.steps.size(), false),
                         State(program.constants.size())});
    std::ranges::reverse(found);
    return found;
}

bool is_exact_in(SubBatch& sub, const Step& step, const ValueKinds& values, const State& state,
                 const std::optional<Telling>& telling) {
    const auto is_fixed = [&](network::ValueId value) {
        return values.of(value) == ValueKind::fixed;
    };
    if (std::ranges::all_of(step.inputs, is_fixed)) return true;
    // Where a step takes its own decisions, they may be other ones when faults strike.
    return agrees(sub, step, values, state, {sub.size, {}}) && !step.whole &&
           (!telling || agrees_on(*telling, sub, step, values, state));
}

bool images_stay_apart(SubBatch& sub, const Step& step, const ValueKinds& values,
                       const State& state) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    constexpr double infinity = std::numeric_limits<double>::infinity();
    constexpr std::array<double, 2> large = {1e30, -1e30}, not_finite = {nan, infinity};
    return sub.size < 2 || (agrees(sub, step, values, state, {sub.size, large}) &&
                            agrees(sub, step, values, state, {sub.size, not_finite}));
}

}  // namespace faultline::evaluation
