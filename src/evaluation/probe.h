#pragma once

#include <faultline/network/program.h>
#include <faultline/network/route.h>

#include <cstdint>
#include <vector>

#include "step_kind.h"

namespace faultline::evaluation {

/// A smaller (or the same) number of images in a pass, and what was found about it.
struct SubBatch {
    std::int64_t size = 0;
    std::vector<bool> exact;   ///< for each step: an image's bits don't depend on the company
    network::State unbatched;  ///< values that aren't one row an image, as they are at this size

    bool exact_on(const std::vector<int>& steps) const;
};

/// Which shortcuts give the same bits as the whole step on a whole batch, on this device, with
/// these shapes. Found by trying them on real activations, never assumed.
struct Probe {
    /// For each step: of how many channels a block alone is exact, 0 where none is. A step with
    /// weights has its own width, the smallest that is; others pass on blocks of any such width.
    std::vector<std::int64_t> block_width;
    std::vector<SubBatch> sub_batches;  ///< sizes rising; the last is the batch itself
    network::ValueSet rows;             ///< values made of the images that have one row for each
};

/// Fills a Probe while a golden pass walks by.
class Prober {
 public:
    Prober(const network::Program& program, const std::vector<StepKind>& kinds, std::int64_t batch);

    /// To be called after each step, while its inputs are still there.
    void observe(int step, const network::State& state);

    Probe take() { return std::move(probe_); }

 private:
    std::int64_t exact_width(int step, const network::State& state) const;
    bool block_is_exact(int step, const network::State& state, std::int64_t width) const;
    bool has_channels(const network::Step& step, const network::State& state,
                      std::int64_t channel_count) const;
    bool sub_batch_is_exact(SubBatch& sub, int step, const network::State& state) const;

    const network::Program& program_;
    const std::vector<StepKind>& kinds_;
    std::int64_t batch_;
    network::ValueSet from_images_;  ///< values that depend on the images
    Probe probe_;
};

/// Same type, shape and bits.
bool same_bits(const at::Tensor& left, const at::Tensor& right);

/// Has one row for each image of a batch of this size.
bool is_batched(const c10::IValue& value, std::int64_t batch);

/// What the step reads.
std::vector<c10::IValue> inputs_of(const network::Step& step, const network::State& state);

}  // namespace faultline::evaluation
