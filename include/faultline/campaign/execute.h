#pragma once

#include <faultline/campaign/ledger.h>
#include <faultline/campaign/plan.h>
#include <faultline/campaign/record.h>
#include <faultline/evaluation/tally.h>
#include <faultline/evaluation/trial.h>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace faultline::campaign {

/// Trials for a block of images, and which of them the reference measures again.
struct BlockTrials {
    std::span<const evaluation::Trial> trials;
    std::span<const std::int32_t> checked;
};

/// What was measured, and on what weights it left the network.
struct Measured {
    std::vector<evaluation::Tally> tallies;  ///< in the trials' order
    Checks checks;
    std::uint64_t weights = 0;  ///< checksum
    evaluation::Confusion confusion = {};
    std::vector<bool> golden_right = {};  ///< of each image of the block
};

/// What stands behind a campaign: the evaluator, the image stream, the journal. (This part knows
/// none of them.)
struct Bench {
    /// Goes back to before the first block: of run `run`'s own images, or of those all share.
    std::function<void(std::optional<int> run)> rewind;
    /// The next block of images; false at the end.
    std::function<bool()> next_block;
    /// On the block at hand.
    std::function<Measured(const BlockTrials&)> measure;
    /// Keeps a record for good.
    std::function<void(const Record&)> keep;
    /// Seconds since some moment; never goes back.
    std::function<double()> clock;
};

/// What to measure of a plan.
struct Task {
    const Plan& plan;
    const network::Description& network;
    int format = 0;             ///< place among the campaign's formats
    Runs runs;                  ///< a shard's
    double verify = 0;          ///< share of the trials that is named to be checked
    double record_seconds = 0;  ///< about how long a record may take; always at least a run
};

/// Golden, the trials of these runs, golden again: what a record is measured with.
std::vector<evaluation::Trial> record_trials(const Plan& plan, const network::Description& network,
                                             const Runs& runs);

/// Images outside, trials inside (where runs have images of their own, run by run): for every
/// block, golden, the trials of some of the runs that
/// `ledger` lacks, golden again; then a record is added to the ledger and kept, and so on. What a
/// record holds doesn't depend on how many runs it has. Throws Error(integrity) when golden
/// measured after the trials is not bit-identical to golden measured before, when the weights'
/// checksum changes, or when there are fewer blocks than the ledger's extent says.
void execute(const Task& task, const Bench& bench, Ledger& ledger);

}  // namespace faultline::campaign
