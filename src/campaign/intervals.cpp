#include <faultline/campaign/statistics.h>
#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cassert>
#include <cmath>
#include <limits>

namespace faultline::campaign {

namespace {

/// How many deviations the counts are above what a difference of `difference` makes of them; falls
/// as it rises. The deviation is that under this difference, with the share of gained images that
/// then is most likely.
double score(double lost, double gained, double images, double difference) {
    const auto a = 2 * images;
    const auto b = -lost - gained + (2 * images - lost + gained) * difference;
    const auto c = -gained * difference * (1 - difference);
    const auto gained_share = (std::sqrt(std::max(0.0, b * b - 4 * a * c)) - b) / (2 * a);
    const auto variance = images * (2 * gained_share + difference * (1 - difference));
    const auto above = lost - gained - images * difference;
    if (above == 0) return 0;
    return above / std::sqrt(std::max(variance, std::numeric_limits<double>::min()));
}

}  // namespace

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

Interval paired_image_interval(std::int64_t lost, std::int64_t gained, std::int64_t images,
                               double confidence) {
    return mean_image_interval(static_cast<double>(lost), static_cast<double>(gained),
                               static_cast<double>(images), confidence);
}

Interval mean_image_interval(double lost, double gained, double images, double confidence) {
    [[maybe_unused]] constexpr double rounding = 1e-9;
    assert(lost >= 0 && gained >= 0 && images > 0);
    assert(lost + gained <= images * (1 + rounding));
    const auto most = quantile(boost::math::normal_distribution<>(), 0.5 + confidence / 2);
    /// The end on the upper side of the difference of so many ups and downs.
    const auto upper = [&](double ups, double downs) {
        double low = (ups - downs) / images, high = 1;
        for (int step = 0; step < 60; ++step) {
            const auto middle = (low + high) / 2;
            (score(ups, downs, images, middle) < -most ? high : low) = middle;
        }
        return high;
    };
    return {-upper(gained, lost), upper(lost, gained), "tango", confidence};
}

}  // namespace faultline::campaign
