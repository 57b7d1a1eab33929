#pragma once

#include <faultline/campaign/execute.h>
#include <faultline/campaign/plan.h>
#include <faultline/campaign/statistics.h>
#include <faultline/evaluation/tally.h>
#include <faultline/network/description.h>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace faultline::campaign {

/// A count of runs and its share with a Clopper-Pearson interval.
struct Share {
    std::int64_t count = 0;
    double share = 0;
    Interval interval;
};

/// Over the runs of one point (or, for a group, over the runs' means of its layers). All accuracies
/// are shares.
struct Statistics {
    Distribution top1;
    Distribution top5;
    Interval top1_interval;  ///< of the mean, over the draws of faults (betting)
    Distribution
        drop;  ///< golden top-1 - top-1, paired on the same images; deviation is between runs
    std::optional<Interval>
        drop_interval_faults;  ///< Student's t over runs; absent for a single run
    Interval
        drop_interval_images;  ///< normal, from drop_image_deviation: these faults, other images
    double drop_image_deviation =
        0;  ///< mean over runs of paired_image_deviation: an upper bound of that of the mean drop
    double drop_per_error =
        0;                 ///< mean drop / mean errors (group: of its layers, too); 0 errors: 0
    Share over_one_point;  ///< runs with a drop of more than 0.01
    Share collapse;        ///< runs with top-1 at most 2 / classes
    evaluation::Tally outcomes;  ///< summed over runs
};

struct PointSummary {
    Point point;
    Statistics statistics;
};

/// The layers of one group together, each run's value being the mean over its layers (the paper's
/// module averages).
struct GroupSummary {
    std::string name;
    std::string key;  ///< "group/float32/features.3"
    std::vector<int> layers;
    Statistics statistics;
};

struct Summary {
    std::vector<PointSummary> points;
    std::vector<GroupSummary> groups;  ///< layer-wise only; groups with at least one measured layer
};

Summary summarize(const Plan& plan, const network::Description& network, const Outcome& outcome);

}  // namespace faultline::campaign
