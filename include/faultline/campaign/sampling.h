#pragma once

#include <faultline/campaign/statistics.h>
#include <faultline/evaluation/tally.h>
#include <faultline/fault/location.h>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The sample test's strata: sites of one layer, one bit and one direction of the flip. Trials are
/// drawn from stratum h with chance q_h, and within it like in the whole space; a trial's weight is
/// W_h / q_h, where W_h is the stratum's share of the space. So weighted means are unbiased for the
/// space whatever the q are, and weighted values of trials are independent and bounded: intervals
/// for bounded means hold for them as they are.
namespace faultline::campaign {

/// What a plan must know of the stored words in order to draw by what a bit is.
struct StoredWords {
    std::vector<std::vector<std::int64_t>> ones;  ///< [tensor][bit]: words in which it is set
    std::function<std::uint32_t(const fault::WeightWord&)> word;
};

enum class Direction {
    up,    ///< 0 -> 1
    down,  ///< 1 -> 0
};

/// "0to1", "1to0".
std::string name(Direction direction);

struct Stratum {
    int layer = 0;
    std::optional<int> bit;  ///< absent, as the direction, where an error has several bits
    std::optional<Direction> direction;
    std::uint64_t sites = 0;
    double share = 0;  ///< of the space: the chance that plain drawing meets it

    bool operator==(const Stratum&) const = default;
};

/// What a trial of the sample test is measured by: a value of its tally beside golden's. Shares of
/// the images, but for the drop: golden top-1 - top-1.
struct Metric {
    std::string_view name;  ///< "critical", "sdc1", "sdc5", "nonfinite", "paired_drop"
    double (*value)(const evaluation::Tally& tally, const evaluation::Tally& golden);
    bool is_signed = false;  ///< in [-1, 1] instead of [0, 1]
};

inline constexpr std::size_t metric_count = 5;
std::span<const Metric, metric_count> metrics();

/// A number for each metric.
using Guesses = std::array<double, metric_count>;

/// What a pilot taught: where to draw, and what to expect there. A guess, however wrong, biases
/// nothing: what is measured is how far a trial is from it.
struct Allocation {
    std::vector<double> odds;      ///< [stratum]: chance of a trial; adds up to 1
    std::vector<Guesses> guesses;  ///< [stratum]

    bool operator==(const Allocation&) const = default;
};

/// What the sample test draws from.
struct Strata {
    std::vector<Stratum> list;  ///< those with sites, by layer, bit, direction
    std::vector<double> odds;   ///< [stratum]: chance of a trial before anything was learnt
    std::optional<Allocation> allocation;
    StoredWords words;

    /// Where an error of one bit that meets the bits `toggle` of `word` belongs. (With errors of
    /// several bits: its layer.)
    std::size_t place(int layer, const fault::WeightWord& word, std::uint32_t toggle) const;
};

/// A measured trial, as allocation sees it.
struct PilotTrial {
    std::size_t stratum = 0;
    std::array<double, metric_count> values{};
};

/// Neyman's allocation, carefully: three quarters of the trials are drawn as before, a quarter with
/// chances proportional to W_h times how far the pilot's outcomes ("critical") were from their mean
/// at that bit and direction over all layers; a bit and direction that the pilot never met counts
/// as the whole pilot does.
Allocation allocate(const Strata& strata, std::span<const PilotTrial> pilot);

}  // namespace faultline::campaign
