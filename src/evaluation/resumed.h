#pragma once

#include <faultline/evaluation/evaluator.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "injection_stack.h"
#include "stack.h"
#include "trial_route.h"
#include "walk.h"

namespace faultline::evaluation {

/// A padded batch of normalised images and what is to be measured on it.
struct Request {
    at::Tensor images;                     ///< [image][channel][row][column]; padding comes last
    std::span<const std::int32_t> labels;  ///< of the images that are no padding
    std::span<const Trial> trials;
    std::span<const std::int32_t> checked;
};

/// Measures trials by resuming; one for a whole campaign, so that probing is done once.
class Resumed {
 public:
    Resumed(const network::Network& network, const Settings& settings, MemoryPlan plan,
            std::function<void()> after_trial, Work& work);

    /// When memory runs out, the block is begun again with fewer kept values. Throws
    /// Error(integrity) when none are left to give up.
    std::vector<Tally> measure(const Request& request);

    const MemoryPlan& plan() const { return plan_; }

 private:
    class Run;

    std::optional<MemoryPlan> smaller_plan() const;
    void keep_fewer(const Work& before);
    void note_block_widths();

    network::State golden_pass(const at::Tensor& images);
    void require_reference(const at::Tensor& images, const network::State& golden);
    const TrialRoute& route_of(const std::vector<int>& struck);

    const network::Network& network_;
    Tiers tiers_;
    bool confusion_;
    MemoryPlan plan_;
    std::function<void()> after_trial_;
    Work& work_;
    Ground ground_;
    std::vector<std::int64_t> macs_;
    bool probed_ = false;
    std::int64_t announced_ = 0;  ///< trials of the block that after_trial_ was called for
    network::Route whole_route_;
    std::map<std::vector<int>, TrialRoute> routes_;  ///< of trials that strike one step
    std::optional<TrialRoute> last_route_;           ///< of the last one that struck more
};

/// Adds the time until its end to a sum of seconds.
class Stopwatch {
 public:
    explicit Stopwatch(double& sum);
    ~Stopwatch();
    Stopwatch(const Stopwatch&) = delete;
    Stopwatch& operator=(const Stopwatch&) = delete;

 private:
    double& sum_;
    double start_;
};

/// Logits of the first `count` images on the host.
std::vector<float> on_host(const at::Tensor& logits, std::int64_t count);

/// Throws Error(integrity) when the reference's logits differ; NaN equals NaN.
void require_equal(const std::vector<float>& reference, const std::vector<float>& found,
                   std::int32_t trial);

}  // namespace faultline::evaluation
