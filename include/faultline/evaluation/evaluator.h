#pragma once

#include <faultline/core/options.h>
#include <faultline/dataset/dataset.h>
#include <faultline/evaluation/memory_plan.h>
#include <faultline/evaluation/normalise.h>
#include <faultline/evaluation/tally.h>
#include <faultline/evaluation/trial.h>
#include <faultline/evaluation/work.h>
#include <faultline/network/network.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace faultline::evaluation {

enum class Method {
    resumed,  ///< trials resume from kept activations where their faults strike
    whole,    ///< every trial is a pass of the reference over the whole network
};

/// Shortcuts of resumed evaluation; each is taken only where a probe on this device found it exact.
struct Tiers {
    bool block = true;  ///< of the struck layer, only the block of output channels with the faults
    bool drop = true;   ///< images whose activations are the parent's again leave the batch
    bool stack = true;  ///< what is left of several trials goes on in one batch
};

struct Settings {
    Method method = Method::resumed;
    Tiers tiers;
    int batch = 0;    ///< images in a forward pass; part of a campaign's identity; 0: planned
    int threads = 0;  ///< for the network on the CPU and for decoding; 0: one for each core
    std::string memory = "auto";  ///< budget on the device (parse_bytes)
    double verify = 0.0005;       ///< share of the trials that the reference measures again
    bool confusion = false;       ///< count which class is taken for which (Work::confusion)
};

/// Section "evaluation".
core::Section options(Settings& settings);

/// Turns trials into tallies. Weights are faulty only inside measure().
class Evaluator {
 public:
    /// `after_trial` is called once for each trial of a block; it may throw to stop, and the
    /// weights are golden when it does. The network must outlive the evaluator.
    Evaluator(
        const network::Network& network, Settings settings, MemoryPlan plan,
        std::function<void()> after_trial = [] {});
    ~Evaluator();
    Evaluator(const Evaluator&) = delete;
    Evaluator& operator=(const Evaluator&) = delete;

    /// One tally for each trial, in order. A trial's tally depends on nothing but the trial, its
    /// ancestors and the block; blocks are padded to the plan's batch. A trial without faults,
    /// ancestors and children is a pass of the reference once others have struck. The trials named
    /// in `checked` are measured again by the reference. Throws Error(integrity) when words don't
    /// read back or restore, when a checked trial's logits differ, or when memory runs out though
    /// nothing is kept. Where memory runs out before that, fewer values are kept, and the block is
    /// done again.
    std::vector<Tally> measure(const dataset::Block& block,
                               const dataset::Preprocessing& preprocessing,
                               std::span<const Trial> trials,
                               std::span<const std::int32_t> checked = {});

    /// What the network does to the block with nothing injected: one pass of the reference.
    Tally measure_golden(const dataset::Block& block, const dataset::Preprocessing& preprocessing);

    const Work& work() const;

    /// As given; with fewer kept values once memory ran out in spite of it.
    const MemoryPlan& plan() const;

 private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace faultline::evaluation
