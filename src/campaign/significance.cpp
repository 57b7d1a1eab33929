#include <faultline/campaign/significance.h>
#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <numeric>

#include "rearrange.h"

namespace faultline::campaign {

double sampled_p(const std::function<bool()>& is_extreme) {
    constexpr std::int64_t most = 99'999, enough = 500;
    std::int64_t extreme = 0;
    for (std::int64_t tried = 1; tried <= most; ++tried) {
        if (!is_extreme()) continue;
        if (++extreme == enough) return static_cast<double>(enough) / static_cast<double>(tried);
    }
    return static_cast<double>(extreme + 1) / static_cast<double>(most + 1);
}

double mcnemar_test(std::int64_t lost, std::int64_t gained) {
    if (lost + gained == 0) return 1;
    const boost::math::binomial_distribution<> outcomes(static_cast<double>(lost + gained), 0.5);
    return std::min(1.0, 2 * cdf(outcomes, static_cast<double>(std::min(lost, gained))));
}

std::vector<double> holm(std::span<const double> p) {
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return p[a] < p[b]; });
    std::vector<double> adjusted(p.size());
    double largest = 0;  // one that comes later is never smaller
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
        const auto factor = static_cast<double>(p.size() - rank);
        largest = std::max(largest, std::min(1.0, factor * p[order[rank]]));
        adjusted[order[rank]] = largest;
    }
    return adjusted;
}

}  // namespace faultline::campaign
