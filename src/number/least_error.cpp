// Every fraction bit more halves the range. What the numbers outside then lose only grows with the
// fraction; so the search goes up from the range rule and ends where that loss alone reaches the
// least error so far. One fraction bit less than the rule's can win as well, since the rule may
// saturate the largest numbers by up to a step; it saturates none, so less than that can't win.
#include <faultline/number/least_error.h>
#include <faultline/number/range.h>

#include <algorithm>
#include <array>
#include <cassert>

namespace faultline::number {
namespace {

struct Loss {
    double all = 0;        ///< squared error of all numbers
    double saturated = 0;  ///< of those beyond the ends
};

Loss loss(const FixedPoint& format, std::span<const float> values) {
    std::array<float, 1024> quantised{};
    const float lowest = format.lowest(), highest = format.highest();
    Loss sum;
    while (!values.empty()) {
        const auto block = values.first(std::min(values.size(), quantised.size()));
        format.quantise(block, std::span(quantised).first(block.size()));
        for (std::size_t i = 0; i < block.size(); ++i) {
            const auto error = static_cast<double>(block[i]) - static_cast<double>(quantised[i]);
            const bool beyond = block[i] < lowest || block[i] > highest;
            sum.all += error * error;
            sum.saturated += beyond ? error * error : 0.0;
        }
        values = values.subspan(block.size());
    }
    return sum;
}

}  // namespace

double squared_error(const FixedPoint& format, std::span<const float> values) {
    return loss(format, values).all;
}

FixedPoint least_error(const DynamicFixedPoint& request, std::span<const float> values) {
    const auto rule = fixed_point(request, largest_magnitude(values), RangeRule::weights);
    const auto [lowest, highest] = FixedPoint::fractions(request.bit_count, request.encoding);
    auto best = rule;
    auto least = loss(rule, values).all;
    for (int bits = std::max(lowest, rule.fraction_bits() - 1); bits <= highest; ++bits) {
        const auto format = request.with_fraction(bits);
        const auto found = loss(format, values);
        if (found.all < least) {
            least = found.all;
            best = format;
        }
        if (found.saturated >= least) break;
    }
    return best;
}

}  // namespace faultline::number
