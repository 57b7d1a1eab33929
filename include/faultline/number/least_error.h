#pragma once

#include <faultline/number/dynamic_fixed_point.h>

#include <span>

namespace faultline::number {

/// Sum of (value - quantised)^2 over finite values.
double squared_error(const FixedPoint& format, std::span<const float> values);

/// Of all fractions the one with the least squared error over `values`; of equals, the one that the
/// range rule for weights gives, else the smallest. Where few numbers are large, it is finer than
/// the rule's and saturates them. A few passes over the values. Throws Error(input) when one isn't
/// finite.
FixedPoint least_error(const DynamicFixedPoint& request, std::span<const float> values);

}  // namespace faultline::number
