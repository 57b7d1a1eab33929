#pragma once

#include <faultline/number/dynamic_fixed_point.h>

#include <span>

namespace faultline::number {

/// What the numbers of a range are: Ristretto's rule for the integer length differs.
enum class RangeRule {
    weights,     ///< ceil(log2(max) + 1): only what is less than a step below max may saturate
    activations  ///< ceil(log2(max)): half of that range; its top saturates on purpose
};

/// The largest |value|; 0 of none; infinity when there is one, and NaN when there is one.
float largest_magnitude(std::span<const float> values);

/// IL, the bits of a word before the point, the sign among them (Gysel et al., "Ristretto", IEEE
/// TNNLS 2018, and its code). Exact, at powers of two as well: a max of 0.5 gives 0 for weights. A
/// max of 0 (a tensor of zeros) counts as 1. Throws Error(input) for a max that isn't finite or is
/// negative.
int integer_length(float largest_magnitude, RangeRule rule);

/// The format with F = B - IL, or the nearest F there is when the range lies at the end of
/// float32's (FixedPoint::fractions). Throws as integer_length.
FixedPoint fixed_point(const DynamicFixedPoint& request, float largest_magnitude, RangeRule rule);

}  // namespace faultline::number
