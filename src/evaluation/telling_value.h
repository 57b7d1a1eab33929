#pragma once

#include <ATen/core/Tensor.h>
#include <faultline/network/program.h>

#include <optional>

#include "value_kind.h"

namespace faultline::evaluation {

/// Some elementwise operations (sigmoid, GELU, SiLU, ELU on the CPU) treat the last elements of a
/// thread's share one by one and the others many at a time, and differ in the last bit. On most
/// activations that can't be seen: a telling value is one where it can.
struct Telling {
    std::size_t input = 0;  ///< which of the step's
    float value = 0;
    at::Tensor output;  ///< the step's, when all elements of that input have that value
};

/// Nothing where the step isn't elementwise in one input made of the images, or where elements are
/// treated alike.
std::optional<Telling> telling_value(const network::Step& step, const ValueKinds& values,
                                     const network::State& state);

}  // namespace faultline::evaluation
