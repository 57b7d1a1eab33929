#pragma once

#include <faultline/network/program.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "telling_value.h"
#include "value_kind.h"

namespace faultline::evaluation {

/// A smaller (or the same) number of images in a pass, and what was found about it.
struct SubBatch {
    std::int64_t size = 0;
    std::vector<bool> exact;  ///< for each step: an image's bits don't depend on the company
    network::State shapes;    ///< values of kind `shape`, as they are at this size

    bool exact_on(const std::vector<int>& steps) const;
};

/// The batch, half of it, a quarter, ... down to 16 images; sizes rising, nothing known yet.
std::vector<SubBatch> sub_batches(const network::Program& program, std::int64_t batch);

/// Whether images in a batch of `sub.size` have the bits they have in the whole batch. `state`: a
/// pass over the whole batch that has just run the step. Notes the outputs that are shapes. Throws
/// whatever the step throws for shapes it can't take.
bool is_exact_in(SubBatch& sub, const network::Step& step, const ValueKinds& values,
                 const network::State& state, const std::optional<Telling>& telling);

/// The same, beside images whose activations are very large, Inf or NaN: an image must not see
/// what faults do to the others.
bool images_stay_apart(SubBatch& sub, const network::Step& step, const ValueKinds& values,
                       const network::State& state);

}  // namespace faultline::evaluation
