#pragma once

#include <faultline/dataset/dataset.h>
#include <faultline/network/network.h>

namespace faultline::evaluation {

/// (pixel / scale - mean) / deviation on the device: float32 [image][channel][row][column].
at::Tensor normalise(const dataset::Block& block, const dataset::Preprocessing& preprocessing,
                     at::Device device);

}  // namespace faultline::evaluation
