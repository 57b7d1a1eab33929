#pragma once

#include <faultline/number/fixed_point.h>

namespace faultline::number {

/// Fixed point whose fraction is chosen for each tensor, by its range (range.h) or by least error
/// (least_error.h): what a campaign is asked for, before it has seen a tensor.
struct DynamicFixedPoint {
    int bit_count = 8;
    Encoding encoding = Encoding::twos_complement;

    /// One tensor's format. Throws Error(usage) as FixedPoint does.
    FixedPoint with_fraction(int fraction_bits) const;

    bool operator==(const DynamicFixedPoint&) const = default;
};

}  // namespace faultline::number
