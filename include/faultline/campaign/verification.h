#pragma once

#include <faultline/campaign/plan.h>
#include <cstdint>
#include <string>
#include <vector>

namespace faultline::campaign {

/// What sort of point this is, for checking some of each: "full"; the bit's role in an indexed
/// test; the layer's kind in a layer-wise one.
std::string kind(const Plan& plan, const network::Description& network, const Point& point);

/// Trials, numbered run by run and within a run in the points' order, that the reference measures
/// again on block `block` (from 0): each with probability `share`; on the first block also at least
/// one of each kind of point. Drawn from the campaign's seed.
std::vector<std::int32_t> checked_trials(const Plan& plan, const network::Description& network,
                                         double share, int block);

}  // namespace faultline::campaign
