#pragma once

#include <faultline/campaign/plan.h>
#include <faultline/evaluation/tally.h>
#include <faultline/evaluation/trial.h>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace faultline::campaign {

struct RunRecord {
    int run = 0;
    std::vector<evaluation::Tally> tallies;  ///< one for each point

    bool operator==(const RunRecord&) const = default;
};

struct Outcome {
    evaluation::Tally golden_before;
    evaluation::Tally golden_after;
    std::vector<RunRecord> runs;
};

/// Trials for a block of images, and which of them the reference measures again.
struct BlockTrials {
    std::span<const evaluation::Trial> trials;
    std::span<const std::int32_t> checked;
};

/// Measures trials on the next block of images: tallies in the trials' order; empty when there is
/// no further block. (The evaluator and the image stream stand behind it: this part knows neither.)
using MeasureNext = std::function<std::vector<evaluation::Tally>(const BlockTrials&)>;

/// Images outside, trials inside: for every block, golden, all trials of all runs, golden again;
/// tallies add. A `verify` share of the trials is named to be checked. Throws Error(integrity) when
/// golden measured after the trials is not bit-identical to golden measured before.
Outcome execute(const Plan& plan, const network::Description& network, double verify,
                const MeasureNext& measure_next);

}  // namespace faultline::campaign
