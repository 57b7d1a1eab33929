#pragma once

#include <faultline/core/place.h>
#include <faultline/network/program.h>

#include <vector>

namespace faultline::evaluation {

/// What the step reads.
inline std::vector<c10::IValue> inputs_of(const network::Step& step, const network::State& state) {
    std::vector<c10::IValue> inputs;
    inputs.reserve(step.inputs.size());
    for (const auto value : step.inputs) inputs.push_back(state[core::place(value)]);
    return inputs;
}

}  // namespace faultline::evaluation
