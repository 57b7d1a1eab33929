#pragma once

#include <faultline/dataset/dataset.h>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <span>

namespace faultline::quantization {

/// Labelled images and how they go through a network.
struct ImageSet {
    const dataset::Dataset& images;
    int batch = 1;
    int threads = 1;
    std::function<void()> after_batch = [] {};  ///< may throw to stop
};

/// One pass over the set: normalised images on the device, [image][channel][row][column], and their
/// labels. The last batch may be smaller.
void for_each_batch(
    const ImageSet& set, at::Device device,
    const std::function<void(const at::Tensor&, std::span<const std::int32_t>)>& visit);

}  // namespace faultline::quantization
