#pragma once

#include <faultline/evaluation/evaluator.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "progress.h"
#include "session.h"

namespace faultline::cli {

/// A session's images, block by block, each measured once. Shows progress and heeds signals: every
/// pass may throw Interrupted, and the weights are golden when it does.
class Measurement {
 public:
    /// On every block `passes` of the network will be counted, for what is called `task` where it
    /// isn't all there is to do. `session` must outlive this object.
    Measurement(const Session& session, ProgressStyle style, std::int64_t passes,
                const std::string& task = "");

    /// What the trials do to the next block; empty at the end.
    std::vector<evaluation::Tally> trials(std::span<const evaluation::Trial> trials,
                                          std::span<const std::int32_t> checked = {});

    /// The next block without faults; nothing at the end.
    std::optional<evaluation::Tally> golden();

    const evaluation::Work& work() const { return evaluator_.work(); }
    const evaluation::MemoryPlan& plan() const { return evaluator_.plan(); }

 private:
    void after_pass();

    const Session& session_;
    Progress progress_;
    evaluation::Evaluator evaluator_;
    dataset::Stream stream_;
};

}  // namespace faultline::cli
