#pragma once

#include <faultline/evaluation/evaluator.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "trial_route.h"

/// From the cut to the logits, with only those images in the batch that still go another way.
namespace faultline::evaluation {

/// What all trials on a batch share.
struct Batch {
    const Ground& ground;
    const std::vector<std::int64_t>& macs;  ///< of each step, for one image
    std::int64_t size = 0;                  ///< images in a pass
    std::int64_t count = 0;                 ///< ... that are no padding; they come first
    Tiers tiers;
};

/// Rows of a batch: which image of the whole batch each is, and the cut's value for it.
struct Rows {
    std::vector<std::int64_t> images;
    at::Tensor values;  ///< [row]...
};

/// The images' indices on the device, padded to `size` by repeating the first.
at::Tensor image_index(const std::vector<std::int64_t>& images, std::int64_t size,
                       at::Device device);

/// The smallest size that holds `count` images and is worth leaving the whole batch for; or null.
const SubBatch* fitting(const TrialRoute& trial, std::int64_t count, std::int64_t batch);

/// Runs the tail of `legs` (one of the trial's routes) on `rows`, padded to `size` by repeating the
/// first. What it reads from before the cut comes from `state`, for the rows' images. `made` sees
/// each value that the tail makes before it is released, and finally the logits.
void run_tail(const Batch& batch, const TrialRoute& trial, const std::vector<network::Leg>& legs,
              const SubBatch& size, const network::State& state, const Rows& rows, Work& work,
              const std::function<void(network::ValueId, const c10::IValue&)>& made);

}  // namespace faultline::evaluation
