#pragma once

#include <faultline/network/program.h>

#include <cstdint>
#include <optional>

#include "step_kind.h"
#include "telling_value.h"
#include "value_kind.h"

namespace faultline::evaluation {

/// Of how many channels every block of the step's output, computed alone, has the bits it has in
/// the whole one (Probe::block_width); 0 where that holds for none. `state`: a pass that has just
/// run the step. Throws whatever the step throws for shapes it can't take.
std::int64_t exact_block_width(const network::Step& step, StepKind kind, const ValueKinds& values,
                               const network::State& state, const std::optional<Telling>& telling);

}  // namespace faultline::evaluation
