#include <faultline/core/error.h>
#include <faultline/number/range.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace faultline::number {
namespace {

/// ceil(log2(x)) for x > 0. std::log2 may round to a whole number, or away from one.
int ceil_log2(float x) {
    int exponent = 0;
    const float fraction = std::frexp(x, &exponent);  // in [0.5, 1)
    return fraction == 0.5F ? exponent - 1 : exponent;
}

}  // namespace

float largest_magnitude(std::span<const float> values) {
    // As integers, patterns without a sign have the order of what they stand for, NaN on top.
    std::uint32_t largest = 0;
    for (const float value : values) {
        largest = std::max(largest, std::bit_cast<std::uint32_t>(value) & 0x7fffffffU);
    }
    return std::bit_cast<float>(largest);
}

int integer_length(float largest_magnitude, RangeRule rule) {
    if (!std::isfinite(largest_magnitude) || largest_magnitude < 0) {
        throw core::Error(
            core::Fault::input,
            fmt::format("the largest magnitude is {}; fixed point needs numbers that are finite",
                        largest_magnitude));
    }
    const int length = largest_magnitude > 0 ? ceil_log2(largest_magnitude) : 0;
    return rule == RangeRule::weights ? length + 1 : length;
}

FixedPoint fixed_point(const DynamicFixedPoint& request, float largest_magnitude, RangeRule rule) {
    const auto [lowest, highest] = FixedPoint::fractions(request.bit_count, request.encoding);
    const int fraction_bits = request.bit_count - integer_length(largest_magnitude, rule);
    return request.with_fraction(std::clamp(fraction_bits, lowest, highest));
}

}  // namespace faultline::number
