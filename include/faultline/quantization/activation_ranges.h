#pragma once

#include <faultline/network/clip.h>
#include <faultline/quantization/image_set.h>

#include <span>
#include <vector>

namespace faultline::quantization {

/// What the points' values span on the images, and zero: one range for each point. Passes are as
/// large as in a measurement (the last image fills the last one), so that the very same bits are
/// seen. Throws Error(input) naming the layer where a value isn't finite.
std::vector<network::ActivationRange> measure_activation_ranges(
    const network::Network& network, std::span<const network::ClipPoint> points,
    const ImageSet& set);

/// Both ends times `slack` (1 or more), and finite.
network::ActivationRange widened(const network::ActivationRange& range, double slack);

}  // namespace faultline::quantization
