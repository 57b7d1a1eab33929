#pragma once

#include <faultline/campaign/ledger.h>
#include <faultline/campaign/plan.h>
#include <faultline/campaign/summary.h>

#include <array>
#include <cstddef>
#include <vector>

/// Estimates of the sample test over any strata taken together. A trial of stratum h counts as
/// c + w (value - guess of h): w is (W_h / W) / (q_h / q) among the strata taken together, c the
/// mean of their guesses in the space. Whatever was guessed, its mean is the space's; and it lies
/// between known ends.
namespace faultline::campaign {

/// A trial that counts.
struct Counted {
    std::size_t stratum = 0;
    std::array<double, metric_count> values{};
    std::array<double, metric_count> image_deviations{};
};

/// All that estimates are made of.
struct Measurements {
    const Plan& plan;
    std::vector<double> odds;      ///< [stratum]
    std::vector<Guesses> guesses;  ///< [stratum]
    std::vector<Counted> trials;   ///< in the order of runs
    Bounds drop;                   ///< that of top-1 can't leave these
};

/// Strata taken together, and the trials in them (places among Measurements::trials).
struct StratumSet {
    std::vector<std::size_t> strata;
    std::vector<std::size_t> trials;
    double share = 0;
    double odds = 0;
    std::uint64_t sites = 0;
};

/// Those of the pilot don't count.
Measurements measurements(const Plan& plan, const network::Description& network,
                          const Outcome& outcome);

/// The set must hold a trial. Of the chance (or drop) in these strata, not of their part in the
/// whole space.
Estimate estimate(const Measurements& all, const StratumSet& set, std::size_t metric);

}  // namespace faultline::campaign
