#pragma once

#include <faultline/network/program.h>
#include <faultline/network/route.h>

#include <cstdint>
#include <vector>

#include "probe_batches.h"
#include "step_kind.h"
#include "value_kind.h"

namespace faultline::evaluation {

/// Which shortcuts give the same bits as the whole step on a whole batch, on this device, with
/// these shapes. Found by trying them on real activations, never assumed.
struct Probe {
    /// For each step: of how many channels a block alone is exact, 0 where none is. A step with
    /// weights has its own width, the smallest that is; others pass on blocks of any such width.
    std::vector<std::int64_t> block_width;
    std::vector<SubBatch> sub_batches;  ///< sizes rising; the last is the batch itself
    std::vector<ValueKind> values;      ///< by value id
    network::ValueSet in_weights;       ///< values that lie in a weight's own memory
};

/// Fills a Probe while a golden pass walks by.
class Prober {
 public:
    Prober(const network::Program& program, const std::vector<StepKind>& kinds, std::int64_t batch);

    /// To be called after each step, in order, while its inputs are still there.
    void observe(int step, const network::State& state);

    Probe take();

 private:
    const network::Program& program_;
    const std::vector<StepKind>& kinds_;
    ValueKinds values_;
    Probe probe_;
};

}  // namespace faultline::evaluation
