#pragma once

#include <faultline/dataset/dataset.h>
#include <faultline/evaluation/evaluator.h>

#include <span>
#include <vector>

#include "settings.h"

namespace faultline::benchmarks {

/// What it took to measure a list of trials on some blocks.
struct Spent {
    double seconds = 0;  ///< all in all
    evaluation::Phases phases;
    std::vector<evaluation::Tally> tallies;  ///< on the first block
};

/// One way to turn trials into tallies.
class Contender {
 public:
    Contender(const network::Network& network, const Settings& settings, evaluation::Method method,
              evaluation::Tiers tiers);

    Spent measure(std::span<const dataset::Block> blocks,
                  std::span<const evaluation::Trial> trials);

    const evaluation::Work& work() const { return evaluator_.work(); }
    const evaluation::MemoryPlan& plan() const { return evaluator_.plan(); }

 private:
    const Settings& settings_;
    evaluation::Evaluator evaluator_;
};

}  // namespace faultline::benchmarks
