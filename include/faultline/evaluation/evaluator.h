#pragma once

#include <faultline/core/options.h>
#include <faultline/dataset/dataset.h>
#include <faultline/evaluation/injection.h>
#include <faultline/evaluation/normalise.h>
#include <faultline/evaluation/tally.h>
#include <faultline/evaluation/trial.h>
#include <faultline/network/network.h>
#include <faultline/number/float32.h>

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace faultline::evaluation {

enum class Method {
    whole,  ///< every trial is a pass of the reference over the whole network
};

struct Settings {
    Method method = Method::whole;
    int batch = 64;   ///< images in a forward pass; part of a campaign's identity
    int threads = 0;  ///< for the network on the CPU and for decoding; 0: one for each core
};

/// Section "evaluation".
core::Section options(Settings& settings);

/// A network and how its numbers are stored.
struct Variant {
    const network::Network& network;
    number::Format format;
};

struct Work {
    std::int64_t macs_done = 0;
    std::int64_t macs_whole = 0;  ///< what passes over the whole network would have taken
    std::int64_t trials = 0;      ///< trial x block
    InjectionChecks checks;
};

/// Turns trials into tallies. Weights are faulty only inside measure().
class Evaluator {
 public:
    /// `after_trial` is called after each trial; it may throw to stop, and the weights are golden
    /// when it does.
    explicit Evaluator(std::function<void()> after_trial = [] {});

    /// One tally for each trial, in order; golden is a trial like any other. A trial's tally
    /// depends on nothing but the trial, its ancestors and the block. Throws Error(integrity) when
    /// words don't read back or restore.
    std::vector<Tally> measure(const Variant& variant, const dataset::Block& block,
                               const dataset::Preprocessing& preprocessing,
                               std::span<const Trial> trials);

    const Work& work() const { return work_; }

 private:
    std::function<void()> after_trial_;
    Work work_;
};

/// What the network does to the block with nothing injected: one pass of the reference.
Tally measure_golden(const Variant& variant, const dataset::Block& block,
                     const dataset::Preprocessing& preprocessing);

}  // namespace faultline::evaluation
