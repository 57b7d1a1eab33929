#pragma once

#include <faultline/network/clip.h>

#include <ATen/ATen.h>

#include <algorithm>
#include <string>
#include <vector>

namespace faultline::tests {

/// Every point with the very range that `images` give it.
inline std::vector<network::Clip> tight_clips(const network::Network& network,
                                              const at::Tensor& images) {
    const auto state = network::run(network.program(), images);
    std::vector<network::Clip> clips;
    for (const auto& point : network::clip_points(network)) {
        const auto& step = network.program().steps[static_cast<std::size_t>(point.step)];
        const auto& value = state[static_cast<std::size_t>(step.outputs.at(0))].toTensor();
        clips.push_back(
            {point,
             {std::min(0.F, value.min().item<float>()), std::max(0.F, value.max().item<float>())}});
    }
    return clips;
}

/// Made on nobody's images.
inline network::Hardening hardening(network::Beyond beyond) {
    return {.beyond = beyond, .calibration = {2, std::string(64, 'a'), std::string(64, 'b')}};
}

inline network::Network clipped(const network::Network& network, const at::Tensor& images,
                                network::Beyond beyond) {
    return network::with_clips(network, tight_clips(network, images), hardening(beyond));
}

}  // namespace faultline::tests
