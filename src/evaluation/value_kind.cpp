#include "value_kind.h"

#include <ATen/ATen.h>
#include <faultline/core/place.h>

#include <algorithm>

namespace faultline::evaluation {
namespace {

using core::place;

bool has_rows(const at::Tensor& tensor, std::int64_t batch) {
    return tensor.defined() && tensor.dim() > 0 && tensor.size(0) == batch;
}

bool is_plain(const c10::IValue& value) {
    return value.isInt() || value.isBool() || value.isDouble() || value.isIntList() ||
           value.isDevice();
}

}  // namespace

ValueKinds::ValueKinds(const network::Program& program, std::int64_t batch)
    : batch_(batch),
      kinds_(program.constants.size(), ValueKind::fixed),
      in_weights_(program.constants.size(), false),
      weighted_(program.constants.size(), false),
      unsteady_(program.constants.size(), false) {
    kinds_[place(program.input)] = ValueKind::row;
    for (const auto weight : program.weights) {
        weighted_[place(weight)] = true;
        weight_memory_.insert(program.constants[place(weight)].toTensor().storage().data());
    }
}

bool ValueKinds::any_input(const network::Step& step, const std::vector<bool>& values) const {
    return std::ranges::any_of(step.inputs,
                               [&](network::ValueId value) { return values[place(value)]; });
}

void ValueKinds::observe(const network::Step& step, const network::State& state) {
    const auto none_of = [&](const auto& holds) {
        return std::ranges::none_of(step.inputs, holds);
    };
    const bool fixed =
        none_of([&](network::ValueId value) { return of(value) != ValueKind::fixed; });
    const bool weighted = !reads_shape_only(step) && any_input(step, weighted_);
    const bool unsteady =
        any_input(step, unsteady_) || !none_of([&](network::ValueId value) {
            return of(value) == ValueKind::mixed && !state[place(value)].isTensor();
        });
    const bool from_shapes =
        !weighted && !unsteady && !step.whole &&
        (reads_shape_only(step) || none_of([&](network::ValueId value) {
             return of(value) != ValueKind::fixed && of(value) != ValueKind::shape;
         }));
    for (const auto output : step.outputs) {
        const auto& value = state[place(output)];
        if (!fixed) kinds_[place(output)] = kind_of(value, from_shapes);
        weighted_[place(output)] = weighted;
        unsteady_[place(output)] = unsteady;
        in_weights_[place(output)] = value.isTensor() && value.toTensor().defined() &&
                                     value.toTensor().has_storage() &&
                                     weight_memory_.contains(value.toTensor().storage().data());
    }
}

ValueKind ValueKinds::kind_of(const c10::IValue& value, bool from_shapes) const {
    if (from_shapes && (is_plain(value) || value.isTensor())) return ValueKind::shape;
    const auto is_row = [&](const at::Tensor& tensor) { return has_rows(tensor, batch_); };
    if (value.isTensor()) return is_row(value.toTensor()) ? ValueKind::row : ValueKind::mixed;
    if (value.isTensorList())
        return std::ranges::all_of(value.toTensorVector(), is_row) ? ValueKind::list
                                                                   : ValueKind::mixed;
    return ValueKind::mixed;
}

}  // namespace faultline::evaluation
