#pragma once

#include <faultline/campaign/budget.h>
#include <faultline/campaign/plan.h>

#include <cstdint>
#include <string>
#include <vector>

#include "session.h"

namespace faultline::cli {

struct ProbeSize {
    int runs = 12;     ///< at least 3
    int images = 500;  ///< spread evenly over all; fewer where there are fewer
};

/// What a few runs on few images tell about a campaign.
struct Probed {
    int runs = 0;
    std::int64_t few = 0;   ///< images, at first ...
    std::int64_t many = 0;  ///< ... and then
    campaign::Cost cost;
    std::vector<campaign::Scatter> scatter;  ///< of each point
    double golden_top1 = 0;                  ///< share, of `many` images
    double seconds = 0;                      ///< what the probe itself took
};

/// Measures the first runs of `plan` twice, on few and on more of the session's images, as records
/// of a campaign are measured. Heeds signals. The session's images and batch are others afterwards.
Probed probe_cost(Session& session, const campaign::Plan& plan, const ProbeSize& size,
                  ProgressStyle style);

}  // namespace faultline::cli
