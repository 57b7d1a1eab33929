#pragma once

#include <map>
#include <vector>

#include "tail.h"

namespace faultline::evaluation {

/// Survivors of several trials of one route, waiting to fill a batch. Downstream of the cut all
/// weights must be golden when it runs.
class Stack {
 public:
    struct Finished {
        std::int32_t trial = 0;
        at::Tensor logits;  ///< of the whole batch
    };

    Stack(const Batch& batch, const network::State& golden, Work& work);

    /// Survivors of a trial that leaves `route` at its cut. All trials between two calls of
    /// run(true) must be of one route.
    void add(std::int32_t trial, const TrialRoute& route, Rows survivors);

    /// Runs full batches; with `all`, what is left, too. Returns the trials that are done.
    std::vector<Finished> run(bool all);

 private:
    struct Open {
        at::Tensor logits;
        std::int64_t missing = 0;
    };

    Rows take_rows(std::int64_t count);
    void run_rows(std::int64_t count);

    const Batch& batch_;
    const network::State& golden_;
    Work& work_;
    const TrialRoute* route_ = nullptr;
    Rows rows_;                         ///< of all trials, one after another
    std::vector<std::int32_t> trials_;  ///< whose each of the rows is
    std::map<std::int32_t, Open> open_;
};

}  // namespace faultline::evaluation
