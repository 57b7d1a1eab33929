#pragma once

#include <faultline/quantization/calibrate.h>
#include <faultline/quantization/settings.h>

#include <string>
#include <vector>

namespace faultline::quantization {

/// How a layer's numbers are stored, and how well that fits; no value where there is float32.
struct LayerChoice {
    network::LayerFormats formats;
    std::optional<Fit> weights, biases, inputs, outputs;
};

/// A float network on its calibration images: what formats are chosen from.
struct Calibration {
    const network::Network& network;
    const ImageSet& set;
    std::vector<Ranges> ranges;  ///< measure_ranges
};

/// Dynamic fixed point as Ristretto makes it: for each convolution and linear layer
/// (rounded_layers) F of weights and biases from the tensors, of inputs and outputs from the
/// ranges, by the settings' rule. Other layers stay in float32. With FractionRule::least_error
/// activations get the F of the least squared error among those from one integer bit more than the
/// range rule gives to four fewer. A pass over the calibration images, for the fits. Throws
/// Error(input) for weights that aren't finite, naming the tensor.
std::vector<LayerChoice> choose(const Calibration& calibration, const Widths& widths,
                                const Settings& settings);

std::vector<network::LayerFormats> formats(const std::vector<LayerChoice>& choices);

}  // namespace faultline::quantization
