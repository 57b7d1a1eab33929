#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

/// Some rows (dimension 0: images) of a tensor. Backends choose their ways by how a tensor lies in
/// memory, and the bits may depend on it: what is taken from a batch lies as it would if the batch
/// had been so small from the start.
namespace faultline::evaluation {

/// `count` rows, not filled, that lie in memory as `whole`'s do.
at::Tensor empty_rows(const at::Tensor& whole, std::int64_t count);

/// The rows of these indices (int64, on the tensor's device).
at::Tensor select_rows(const at::Tensor& whole, const at::Tensor& indices);

/// Copies values between tensors of one shape; dimensions along which the target repeats itself
/// (stride 0) take them once.
void copy_values(at::Tensor target, at::Tensor source);

/// A copy of its own memory that lies as `whole` does.
at::Tensor copy_of(const at::Tensor& whole);

}  // namespace faultline::evaluation
