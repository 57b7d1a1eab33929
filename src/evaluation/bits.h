#pragma once

#include <ATen/core/Tensor.h>

/// Comparing activations by their bits: NaN equals the same NaN, +0 isn't -0.
namespace faultline::evaluation {

/// Same type, shape and bits.
bool same_bits(const at::Tensor& left, const at::Tensor& right);

/// For each row (dimension 0) of two tensors of one type and shape, whether any bit differs: bool
/// [row] on their device.
at::Tensor differing_rows(const at::Tensor& left, const at::Tensor& right);

}  // namespace faultline::evaluation
