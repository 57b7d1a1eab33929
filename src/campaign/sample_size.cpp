#include <faultline/campaign/sample_size.h>
#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cassert>
#include <cmath>

namespace faultline::campaign {

std::uint64_t sample_size(std::uint64_t sites, const Precision& precision) {
    assert(sites > 0 && precision.margin > 0);
    const auto exact =
        quantile(boost::math::normal_distribution<>(), 0.5 + precision.confidence / 2);
    const auto t = std::round(1000 * exact) / 1000;
    const auto variance = precision.share * (1 - precision.share);
    const auto count = static_cast<double>(sites);
    const auto size =
        count / (1 + precision.margin * precision.margin * (count - 1) / (t * t * variance));
    constexpr double rounding = 1e-9;  // 9,604 mustn't become 9,605
    return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::ceil(size - rounding * size)),
                                     1, sites);
}

}  // namespace faultline::campaign
