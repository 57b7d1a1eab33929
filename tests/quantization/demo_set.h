#pragma once

#include <faultline/quantization/image_set.h>

#include <string>

#include "support/networks.h"

namespace faultline::tests {

/// The demonstration's images as its network wants them.
inline dataset::Dataset demo_images(int first) {
    dataset::Settings settings;
    settings.images = std::string(FAULTLINE_ROOT) + "/configs/demo/images";
    settings.preset = dataset::Preset::none;
    settings.preprocessing = dataset::preset(dataset::Preset::none);
    settings.preprocessing.mean = settings.preprocessing.deviation = {0.5, 0.5, 0.5};
    settings.first = first;
    return dataset::open(settings);
}

inline network::Network demo_network() {
    auto network = load_cpu(std::string(FAULTLINE_ROOT) + "/configs/demo/signs.pt");
    network.measure_shapes({3, 32, 32});
    return network;
}

}  // namespace faultline::tests
