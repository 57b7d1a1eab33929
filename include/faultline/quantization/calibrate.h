#pragma once

#include <faultline/network/network.h>
#include <faultline/network/rewrite.h>
#include <faultline/quantization/image_set.h>

#include <functional>
#include <vector>

/// What activations look like, layer by layer, on calibration images.
namespace faultline::quantization {

/// The largest magnitudes at a layer's ends. NaN and infinities count.
struct Ranges {
    float inputs = 0;
    float outputs = 0;

    bool operator==(const Ranges&) const = default;
};

/// Whether each layer of the description is a convolution or linear layer that activations can be
/// rounded around: a step of its own.
std::vector<bool> rounded_layers(const network::Network& network);

/// One for each layer; of layers that aren't rounded, zeros. A layer used several times has the
/// range of all its uses. Throws Error(input) naming the layer where a magnitude isn't finite.
std::vector<Ranges> measure_ranges(const network::Network& network, const ImageSet& set);

/// How well a format holds numbers.
struct Fit {
    std::int64_t count = 0;
    std::int64_t saturated = 0;  ///< beyond the format's ends, by half a step or more
    double signal = 0;           ///< sum of squares
    double error = 0;            ///< sum of squared differences

    Fit& operator+=(const Fit& other);
    double saturated_share() const;
    /// Signal to error in dB; infinity without error, 0 without signal.
    double decibels() const;
};

Fit fit(const at::Tensor& values, const number::FixedPoint& format);

/// The values rounded by the very operations that network::with_formats puts into a graph.
at::Tensor rounded(const at::Tensor& values, const number::FixedPoint& format);

/// Formats under trial at a layer's ends, and how they fit.
struct Candidates {
    std::vector<number::FixedPoint> inputs, outputs;
};
struct Fits {
    std::vector<Fit> inputs, outputs;
};

/// One for each layer: how each candidate fits what comes to the layer's ends, in the float
/// network.
std::vector<Fits> measure_fits(const network::Network& network, const ImageSet& set,
                               const std::vector<Candidates>& candidates);

}  // namespace faultline::quantization
