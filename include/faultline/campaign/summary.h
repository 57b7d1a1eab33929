#pragma once

#include <faultline/campaign/execute.h>
#include <faultline/campaign/guideline.h>
#include <faultline/campaign/plan.h>
#include <faultline/campaign/statistics.h>
#include <faultline/evaluation/tally.h>
#include <faultline/network/description.h>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace faultline::campaign {

/// A count of runs and the share it is of them: with a Clopper-Pearson interval; where runs weigh
/// differently or were stopped by what they showed, with one of a bounded mean.
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
    Interval top1_interval;  ///< of the mean, over the draws of faults
    Distribution
        drop;  ///< golden top-1 - top-1, paired on the same images; deviation is between runs
    Interval drop_interval_faults;  ///< of the mean, over the draws of faults
    Interval drop_interval_images;  ///< these faults, other images (mean_image_interval)
    double drop_image_deviation =
        0;  ///< mean over runs of paired_image_deviation: an upper bound of that of the mean drop
    double drop_per_error =
        0;                 ///< mean drop / mean errors (group: of its layers, too); 0 errors: 0
    Share over_one_point;  ///< runs with a drop of more than 0.01
    Share collapse;        ///< runs with top-1 at most 2 / classes
    evaluation::Tally outcomes;  ///< summed over runs
    /// Of all images of all runs, each outcome's share; weighted where runs are.
    struct Shares {
        double masked = 0, benign = 0, sdc1 = 0, sdc5 = 0, nonfinite = 0, critical = 0;
    } shares;
};

/// A mean of the sample test with its two uncertainties.
struct Estimate {
    double mean = 0;
    Interval interval;           ///< over the draws of faults
    double image_deviation = 0;  ///< mean over trials of that over images: an upper bound
};

/// The sample test's trials in one stratum, or in several together: of a bit, a layer, a direction,
/// in all.
struct StratumSummary {
    std::string key;  ///< "sample/float32/layer=conv1/bit=30/0to1", "sample/float32/bit=30"
    std::optional<int> layer;
    std::optional<int> bit;
    std::optional<Direction> direction;
    double share = 0;  ///< of the space
    std::uint64_t sites = 0;
    double odds = 0;                               ///< chance that a trial is drawn there
    std::int64_t trials = 0;                       ///< at least 1
    std::array<Estimate, metric_count> estimates;  ///< as metrics()
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
    std::vector<StratumSummary> strata;  ///< sample only; those with trials, the whole space first
    std::vector<Advice> guideline;
};

/// Runs of a sample test's pilot aren't counted.
Summary summarize(const Plan& plan, const network::Description& network, const Outcome& outcome);

}  // namespace faultline::campaign
