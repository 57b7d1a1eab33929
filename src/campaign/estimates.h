#pragma once

#include <faultline/campaign/ledger.h>
#include <faultline/campaign/plan.h>
#include <faultline/campaign/summary.h>

#include <span>
#include <vector>

/// What summary.cpp and strata_summary.cpp share.
namespace faultline::campaign {

/// Of the mean of bounded values: a confidence sequence where runs go on until a margin is reached.
Interval mean_interval(std::span<const double> values, const Settings& settings,
                       Bounds bounds = {});

/// Over the choice of images, of one trial's drop.
double drop_image_deviation(const evaluation::Tally& tally, const evaluation::Tally& golden);

/// The most that a trial of the sample test (after its pilot, if it has one) weighs.
double greatest_weight(const Plan& plan);

std::vector<StratumSummary> summarize_strata(const Plan& plan, const network::Description& network,
                                             const Outcome& outcome);

}  // namespace faultline::campaign
