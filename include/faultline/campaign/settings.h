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
    sample,   ///< one error in each trial; what one error does, by layer, bit and direction
};

/// How the sample test draws its errors.
enum class Sampling {
    plain,       ///< from the whole space
    stratified,  ///< half of them from the whole space, half from every stratum alike
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

    std::vector<int> errors;    ///< full: measured after so many errors, rising; default 1..50
    std::vector<double> rates;  ///< full: measured at these bit error rates, rising, instead
    int positions = 50;         ///< indexed
    std::vector<int> bits;      ///< indexed; empty: every bit of the widest word

    Policy policy = Policy::proportional;
    int errors_per_layer = 50;
    double rate = 1e-6;
    std::string layers =
        "*";  ///< layer-wise: only layers whose name matches this pattern (`*`, `?`, `[...]`)

    Sampling sampling = Sampling::plain;
    bool allocate = false;  ///< sample: trials go where a pilot found the outcomes to vary
    int pilot = 0;          ///< sample: runs of the pilot; 0: a tenth of all

    int images_per_run = 0;    ///< each run has so many images of its own; 0: all have all
    double confidence = 0.95;  ///< of every interval
    double until_margin = 0;  ///< runs go on until half an interval's width is at most this; 0: off
    int max_runs = 0;         ///< with until_margin: at most so many runs; 0: `runs`
    int round = 0;            ///< with until_margin: runs between two looks; 0: a twentieth of all

    std::vector<std::string> roles = {"weight", "bias", "scale", "shift"};
    std::string tensors = "*";  ///< only tensors whose name matches this pattern

    int bits_per_error = 1;
    fault::Pattern bits_pattern = fault::Pattern::random;
    bool replacement = false;
    std::string protect = "none";  ///< what guards the memory: see protection.h
    Compat compat = Compat::none;

    Settings();
};

/// Section "campaign". Setting `compat` to `paper` sets the original's choices (its checkpoints,
/// weights only, draws with replacement), and back to `none` the defaults of these; so it comes
/// before the options it sets. The same choice again changes nothing.
core::Section options(Settings& settings);

/// "full", "indexed", "layer", "sample".
std::string name(Test test);

/// What a settings' number that is 0 stands for, and `max_runs` as the number of runs. Throws
/// Error(usage) where options contradict each other. The same again changes nothing.
void settle(Settings& settings);

}  // namespace faultline::campaign
