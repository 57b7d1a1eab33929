#pragma once

#include <faultline/network/route.h>

#include <cstdint>
#include <vector>

#include "probe.h"
#include "step_kind.h"

/// The way of a trial through the program, as far as it follows from which steps its faults strike.
namespace faultline::evaluation {

/// What is known of a network before any trial.
struct Ground {
    const network::Program& program;
    std::vector<StepKind> kinds;  ///< for each step
    Probe probe;
    network::ValueSet kept;

    ValueKind value_kind(network::ValueId value) const {
        return probe.values[static_cast<std::size_t>(value)];
    }

    /// Channels of a block that is exact there (Probe::block_width), or 0.
    std::int64_t block_width(int step) const {
        return probe.block_width[static_cast<std::size_t>(step)];
    }
};

struct TrialRoute {
    std::vector<int> struck;  ///< steps, rising
    network::Route route;     ///< for a trial that others resume from: kept values stay
    network::Route lone;  ///< the same legs for all others: memory is used again while it is hot
    network::ValueSet changed;  ///< values that may differ from the parent's (never their shapes)
    /// Whether changes may be carried as a few channels (a patch): wherever they end, the value to
    /// patch is kept.
    bool patchable = false;
    int cut = -1;  ///< place of the leg after which only `cut_value`, kept, carries changes; or -1
    network::ValueId cut_value = 0;
    std::vector<int> tail;                      ///< steps after the cut
    std::vector<network::ValueId> tail_inputs;  ///< what they read of what was made before it
    bool stackable = false;                     ///< golden's state holds all that the tail reads
    std::vector<const SubBatch*> sizes;  ///< in which the whole tail can run and is exact, rising

    bool strikes(int step) const;
};

TrialRoute trial_route(const Ground& ground, std::vector<int> struck);

/// Values that trials would resume from or patch, if every one could be kept.
network::ValueSet wanted_values(const network::Program& program,
                                const std::vector<StepKind>& kinds);

std::vector<StepKind> step_kinds(const network::Program& program);

}  // namespace faultline::evaluation
