#pragma once

#include <faultline/dataset/dataset.h>
#include <faultline/network/network.h>

namespace faultline::evaluation {

/// (pixel / scale - mean) / deviation on the device: float32 [image][channel][row][column]. Each
/// step is rounded to float32, so every device yields the same bits. On the CPU it takes LibTorch's
/// number of threads.
at::Tensor normalise(const dataset::Block& block, const dataset::Preprocessing& preprocessing,
                     at::Device device);

}  // namespace faultline::evaluation
