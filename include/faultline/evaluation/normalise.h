#pragma once

#include <faultline/dataset/dataset.h>
#include <faultline/network/network.h>

namespace faultline::evaluation {

/// (pixel / scale - mean) / deviation on the device: float32 [image][channel][row][column]. Each
/// step is rounded to float32, so every device yields the same bits. On the CPU it takes LibTorch's
/// number of threads.
at::Tensor normalise(const dataset::Block& block, const dataset::Preprocessing& preprocessing,
                     at::Device device);

/// The batch is always full, so that an image's bits don't depend on how many come with it: the
/// last image fills what is missing.
at::Tensor padded(const at::Tensor& images, std::int64_t batch);

}  // namespace faultline::evaluation
