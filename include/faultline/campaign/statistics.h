#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace faultline::campaign {

struct Interval {
    double low = 0;
    double high = 0;
    std::string method;
    double confidence = 0.95;
};

/// Of a list of at least one value. Quantiles interpolate linearly between order statistics
/// (Hyndman and Fan type 7).
struct Distribution {
    std::int64_t count = 0;
    double mean = 0;
    double deviation =
        0;  ///< sample standard deviation (n - 1), 0 for one value; population (n) on request
    double minimum = 0;
    double maximum = 0;
    double median = 0;
    double quantile_05 = 0;
    double quantile_25 = 0;
    double quantile_75 = 0;
    double quantile_95 = 0;
};

enum class Deviation { sample, population };

Distribution distribution(std::span<const double> values, Deviation deviation = Deviation::sample);

/// Interval of the mean of values in [0, 1], valid for any distribution on [0, 1] and any count:
/// hedged capital
/// ("betting"), Waudby-Smith and Ramdas, JRSS-B 2024, section 4.2, for a fixed number of values in
/// their given order.
Interval betting_interval(std::span<const double> values, double confidence = 0.95);

/// Student's t interval of the mean: assumes nearly normal means. Needs at least two values.
Interval student_interval(std::span<const double> values, double confidence = 0.95);

/// Exact interval of a binomial share (Clopper and Pearson 1934).
Interval clopper_pearson(std::int64_t successes, std::int64_t trials, double confidence = 0.95);

/// Standard deviation, over the choice of `images` images, of the paired difference golden accuracy
/// - accuracy, when `lost` images went from right to wrong and `gained` from wrong to right:
/// sqrt(((lost + gained) / n - d^2) / n) with d = (lost - gained) / n.
double paired_image_deviation(std::int64_t lost, std::int64_t gained, std::int64_t images);

}  // namespace faultline::campaign
