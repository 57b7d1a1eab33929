#pragma once

#include <faultline/campaign/statistics.h>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// From "so many errors" to "so long in the field": how probable it is that a network ends a
/// mission with its accuracy below a level.
namespace faultline::campaign {

constexpr double bits_per_mbit = 1 << 20;  ///< 1 Mbit as memories are sold

/// What a mission does to the memory.
struct Mission {
    double fit_per_mbit = 0;  ///< errors in 1e9 hours and 2^20 bits
    double hours = 0;
    double exposed_bits = 0;
};

/// Mean number of errors in a mission.
double expected_errors(const Mission& mission);

/// A run after so many of its errors.
struct Measured {
    std::int64_t errors = 0;
    bool below = false;  ///< accuracy is below the level
};

/// One run, its error counts rising.
using RunSteps = std::vector<Measured>;

struct RiskInterval {
    double confidence = 0.95;
    bool any_count = false;  ///< the runs ended when they told enough, not at a count fixed before
};

struct Risk {
    double low = 0;  ///< of the probability: interval over the runs
    double high = 1;
    double mean_low = 0;   ///< of the runs, where what wasn't measured is taken for harmless ...
    double mean_high = 1;  ///< ... and for below the level
    std::string method;
    double confidence = 0.95;
    double measured = 0;  ///< probability of a number of errors that was measured, or of none
    double between = 0;   ///< ... of one between two that were
    double beyond = 0;    ///< ... of more than any
};

/// The number of errors N in a mission is Poisson with mean `expected`; they hit sites uniformly,
/// as a full test draws them. Given run r, the probability of ending below the level is X_r = sum
/// over n of P(N = n) below_r(n). Without errors the network is golden, which is known: X_r lies
/// within P(N = 0) below(0) + [0, P(N > 0)]. Between two counts of the run, `below` is what both
/// say, and unknown where they differ; beyond the last it is unknown. Low ends take the unknown for
/// harmless, high ends for below the level. The X_r are independent and bounded, so that two
/// one-sided betting bounds of their mean, each at (1 + confidence) / 2, hold the probability. At
/// least one run; each has at least one count; `expected` is finite and not negative.
Risk risk(std::span<const RunSteps> runs, bool golden_below, double expected,
          const RiskInterval& interval = {});

}  // namespace faultline::campaign
