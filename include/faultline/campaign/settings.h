#pragma once

#include <faultline/core/options.h>
#include <faultline/fault/draw.h>
#include <cstdint>
#include <string>
#include <vector>

namespace faultline::campaign {

enum class Test {
    full,     ///< errors pile up over the whole network; a point is an error count
    indexed,  ///< the same positions for one bit index after another; a point is a bit
    layer,    ///< each layer alone; a point is a layer
};

/// How many errors a layer gets in the layer-wise test.
enum class Policy {
    proportional,  ///< int(size of the layer / size of the smallest), at least 1 (the paper's rule)
    equal,         ///< `errors_per_layer` in every layer
    rate,          ///< round(`rate` * bits of the layer), at least 1
};

/// Whose choices are followed where the original and we differ (README, "Compatibility with the
/// paper").
enum class Compat { none, paper };

struct Settings {
    Test test = Test::full;
    int runs = 60;
    std::uint64_t seed = 1;
    std::vector<std::string> formats;  ///< of the stored networks, which to measure; empty: all

    std::vector<int> errors;  ///< full: measured after so many errors, rising; default 1..50
    int positions = 50;       ///< indexed
    std::vector<int> bits;    ///< indexed; empty: every bit of the widest word

    Policy policy = Policy::proportional;
    int errors_per_layer = 50;
    double rate = 1e-6;
    std::string layers =
        "*";  ///< layer-wise: only layers whose name matches this pattern (`*`, `?`, `[...]`)

    std::vector<std::string> roles = {"weight", "bias", "scale", "shift"};
    std::string tensors = "*";  ///< only tensors whose name matches this pattern

    int bits_per_error = 1;
    fault::Pattern bits_pattern = fault::Pattern::random;
    bool replacement = false;
    Compat compat = Compat::none;

    Settings();
};

/// Section "campaign". Setting `compat` to `paper` sets the original's choices (its checkpoints,
/// weights only, draws with replacement), and back to `none` the defaults of these; so it comes
/// before the options it sets. The same choice again changes nothing.
core::Section options(Settings& settings);

/// "full", "indexed", "layer".
std::string name(Test test);

}  // namespace faultline::campaign
