#include <faultline/number/dynamic_fixed_point.h>

namespace faultline::number {

FixedPoint DynamicFixedPoint::with_fraction(int fraction_bits) const {
    return FixedPoint(
        {.bit_count = bit_count, .fraction_bits = fraction_bits, .encoding = encoding});
}

}  // namespace faultline::number
