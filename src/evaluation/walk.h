#pragma once

#include <faultline/evaluation/evaluator.h>

#include <map>
#include <optional>
#include <vector>

#include "tail.h"

/// A trial on one batch: from its parent's activations to its logits.
namespace faultline::evaluation {

/// Where faults strike: a step, and which of its output channels.
struct Strike {
    int step = 0;
    std::optional<Channels> channels;  ///< all in one block; nothing: the whole layer
};

class Walk {
 public:
    /// `state`: the parent's kept activations; becomes the trial's. `has_children`: they will be
    /// resumed from.
    Walk(const Batch& batch, const TrialRoute& trial, std::vector<Strike> strikes,
         network::State& state, bool has_children, Work& work);

    /// Walks to the end, in a smaller batch after the cut where that is exact. With `may_leave`,
    /// stops at the cut where few images survive (go another way than the parent's) and returns
    /// those: all others have the parent's logits.
    std::optional<Rows> run(bool may_leave);

 private:
    struct Patch {
        at::Tensor rows;  ///< [image][some channels]...
        Channels channels;
        std::int64_t channel_count = 0;  ///< of the whole value
    };

    const std::vector<network::Leg>& legs() const {
        return (has_children_ ? trial_.route : trial_.lone).legs;
    }
    void run_leg(const network::Leg& leg);
    std::optional<Patch> patch_of(const network::Step& step, int index);
    std::optional<Patch> start_patch(const network::Step& step, int index);
    std::optional<Patch> pass_patch(const network::Step& step);
    std::optional<Patch> join_patch(const network::Step& step);
    bool has_changed_input(const network::Step& step, bool patched) const;
    void settle(network::ValueId value);
    void settle_all();
    std::vector<std::int64_t> survivors(const c10::IValue& base) const;
    at::Tensor rows_of(const std::vector<std::int64_t>& images) const;
    void finish_in(const SubBatch& size, const Rows& survivors);
    void count_macs(int step, double share);
    void count_layer(int step, bool block);

    const Batch& batch_;
    const TrialRoute& trial_;
    std::vector<Strike> strikes_;
    network::State& state_;
    bool has_children_;
    Work& work_;
    std::map<network::ValueId, Patch> patches_;
};

}  // namespace faultline::evaluation
