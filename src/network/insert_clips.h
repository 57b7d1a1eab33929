#pragma once

#include <faultline/network/clip.h>

#include <span>

#include "draft.h"

namespace faultline::network {

/// Puts operations into the graph that keep the clips' values within their ranges: for `bound`
/// nan_to_num and clamp; for `zero` clamp, and zero wherever that changes the value or it is NaN.
/// `program` was cut from the same graph.
void insert_clips(Draft& draft, const Program& program, std::span<const Clip> clips, Beyond beyond);

}  // namespace faultline::network
