#pragma once

#include <faultline/campaign/plan.h>
#include <faultline/campaign/summary.h>

#include <vector>

/// A campaign whose later runs depend on what earlier ones showed goes by rounds: all runs of a
/// round are measured, then it is decided. Rounds follow from the settings alone, so shards and
/// restarts agree on them.
namespace faultline::campaign {

/// Consecutive ranges that make all runs: the pilot, then rounds of until_margin; one range where
/// nothing is to be decided on the way.
std::vector<Runs> rounds(const Settings& settings);

/// Half the width of the widest interval that until_margin looks at: of mean top-1 at every point;
/// in the sample test of the whole space's "critical".
double widest_margin(const Summary& summary);

/// Whether runs may end with these. False for other campaigns than those with until_margin.
bool reached(const Plan& plan, const network::Description& network, const Outcome& outcome);

}  // namespace faultline::campaign
