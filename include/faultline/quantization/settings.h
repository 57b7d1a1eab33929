#pragma once

#include <faultline/core/options.h>
#include <faultline/number/fixed_point.h>

#include <string>

namespace faultline::quantization {

/// What decides a tensor's F.
enum class FractionRule {
    range,        ///< the largest magnitude (number/range.h): Ristretto's
    least_error,  ///< the least squared error over weights and calibration activations
};

enum class BiasFormat {
    own,      ///< by the biases' own range
    weights,  ///< that of the layer's weights, as Ristretto has it: large biases saturate
};

/// Whose choices are followed where the original and we differ.
enum class Compat { none, paper };

struct Settings {
    std::string bits = "8";    ///< of every number, or "auto"
    int convolution_bits = 0;  ///< of convolutions' weights and biases; 0: `bits`, 32: float32
    int linear_bits = 0;
    int activation_bits = 0;
    double margin = 3;  ///< auto: so many points of top-1 accuracy may be lost
    number::Encoding encoding = number::Encoding::twos_complement;
    FractionRule fraction = FractionRule::range;
    BiasFormat bias_format = BiasFormat::own;
    bool sensitivity = false;  ///< measure each layer quantized alone, too
    bool fold_only = false;    ///< fold batch-norms and stay in float32
    Compat compat = Compat::none;
};

/// Section "quantization". Setting `compat` to `paper` sets the original's choices (sign-magnitude,
/// biases in the weights' format), and back to `none` the defaults of these.
core::Section options(Settings& settings);

/// How many bits numbers of each kind get; `float_bits`: left in float32.
struct Widths {
    static constexpr int float_bits = 32;

    int convolution = 8;
    int linear = 8;
    int activation = 8;

    bool operator==(const Widths&) const = default;
};

/// Throws Error(usage) for widths that there aren't, and for "auto", which only accuracy decides.
Widths widths(const Settings& settings);

}  // namespace faultline::quantization
