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

/// Where values weigh differently: mean and deviation are weighted, a quantile is the least value
/// up to which that share of the weights lies. `weights` are as many as values, positive.
Distribution weighted_distribution(std::span<const double> values, std::span<const double> weights,
                                   Deviation deviation = Deviation::sample);

/// Ends between which every value lies, whatever is drawn.
struct Bounds {
    double low = 0;
    double high = 1;
};

/// Interval of the mean of values within `bounds`, valid for any distribution there and any count
/// that was fixed beforehand: hedged capital ("betting"), Waudby-Smith and Ramdas, JRSS-B 2024,
/// section 4.2, for the values in their given order. At least one value; each one's mean, given
/// those before it, must be the one sought. Where they hardly vary, it is about
/// 4 (high - low) / count wide.
Interval betting_interval(std::span<const double> values, double confidence = 0.95,
                          Bounds bounds = {});

/// Confidence sequence: as above, but valid at every count at once (same source, with the bets for
/// that and the intersection over all counts so far). Who looks after each round and stops when it
/// is narrow enough is still right.
Interval betting_sequence(std::span<const double> values, double confidence = 0.95,
                          Bounds bounds = {});

/// Exact interval of a binomial share (Clopper and Pearson 1934).
Interval clopper_pearson(std::int64_t successes, std::int64_t trials, double confidence = 0.95);

/// Standard deviation, over the choice of `images` images, of the paired difference golden accuracy
/// - accuracy, when `lost` images went from right to wrong and `gained` from wrong to right:
/// sqrt(((lost + gained) / n - d^2) / n) with d = (lost - gained) / n.
double paired_image_deviation(std::int64_t lost, std::int64_t gained, std::int64_t images);

/// Interval of that difference over the choice of images: the score interval of Tango, Statistics
/// in Medicine 17, 1998, equation 11. Unlike the normal one (difference +- 1.96 deviations) it
/// keeps a width where few images or none changed.
Interval paired_image_interval(std::int64_t lost, std::int64_t gained, std::int64_t images,
                               double confidence = 0.95);

/// The same of means over runs on the same images: not too narrow, since what an image does on
/// average over runs varies less than what it does in one.
Interval mean_image_interval(double lost, double gained, double images, double confidence = 0.95);

}  // namespace faultline::campaign
