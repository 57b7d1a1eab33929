#include <faultline/campaign/statistics.h>
#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cassert>
#include <cmath>

namespace faultline::campaign {

Interval student_interval(std::span<const double> values, double confidence) {
    assert(values.size() >= 2);
    const auto count = static_cast<double>(values.size());
    const auto spread = distribution(values);
    const auto factor =
        quantile(boost::math::students_t_distribution<>(count - 1), 0.5 + confidence / 2);
    const auto margin = factor * spread.deviation / std::sqrt(count);
    return {spread.mean - margin, spread.mean + margin, "student", confidence};
}

Interval clopper_pearson(std::int64_t successes, std::int64_t trials, double confidence) {
    assert(0 <= successes && successes <= trials && trials > 0);
    using Beta = boost::math::beta_distribution<>;
    const auto hits = static_cast<double>(successes);
    const auto misses = static_cast<double>(trials - successes);
    const auto tail = (1 - confidence) / 2;
    const auto low = successes == 0 ? 0 : quantile(Beta(hits, misses + 1), tail);
    const auto high = successes == trials ? 1 : quantile(Beta(hits + 1, misses), 1 - tail);
    return {low, high, "clopper-pearson", confidence};
}

double paired_image_deviation(std::int64_t lost, std::int64_t gained, std::int64_t images) {
    assert(images > 0);
    const auto count = static_cast<double>(images);
    const auto difference = static_cast<double>(lost - gained) / count;
    const auto changed = static_cast<double>(lost + gained) / count;
    // (lost + gained) / n >= d^2 in exact numbers; rounding may go below.
    return std::sqrt(std::max(0.0, changed - difference * difference) / count);
}

}  // namespace faultline::campaign
