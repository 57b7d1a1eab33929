#pragma once

#include <faultline/evaluation/evaluator.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "progress.h"
#include "session.h"

namespace faultline::cli {

/// A session's images, block by block. Shows progress and heeds signals: every
/// pass may throw Interrupted, and the weights are golden when it does.
class Measurement {
 public:
    /// On every block `passes` of the network will be counted, for what is called `task` where it
    /// isn't all there is to do. `session` must outlive this object.
    Measurement(const Session& session, ProgressStyle style, std::int64_t passes,
                const std::string& task = "");

    /// Back to before the first block: of all images, or of those that run `run` has of its own.
    void rewind(std::optional<int> run = {});

    /// Goes to the next block; false at the end.
    bool next_block();

    /// What the trials do to the block at hand.
    std::vector<evaluation::Tally> trials(std::span<const evaluation::Trial> trials,
                                          std::span<const std::int32_t> checked = {});

    /// The block at hand without faults.
    evaluation::Tally golden();

    /// So many passes were counted elsewhere.
    void skip(std::int64_t passes) { progress_.step(passes); }

    const evaluation::Work& work() const { return evaluator_.work(); }
    const evaluation::MemoryPlan& plan() const { return evaluator_.plan(); }

 private:
    void after_pass();

    const Session& session_;
    Progress progress_;
    evaluation::Evaluator evaluator_;
    std::optional<dataset::Dataset> own_images_;  ///< the run's
    std::optional<dataset::Stream> stream_;
    dataset::Block block_;
};

}  // namespace faultline::cli
