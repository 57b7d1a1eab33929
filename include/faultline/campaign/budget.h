#pragma once

#include <cstdint>
#include <span>
#include <vector>

/// A fixed time for measuring: many runs on few images each, or few runs on many.
namespace faultline::campaign {

/// Seconds that rise with a number of images.
struct Seconds {
    double start = 0;  ///< below 0 where many images at once take longer each than few
    double each = 0;

    double at(std::int64_t images) const;  ///< at least 0
};

/// The line through two measured points, which never falls.
struct Timed {
    std::int64_t images = 0;
    double seconds = 0;
};
Seconds line(const Timed& few, const Timed& many);

struct Cost {
    Seconds set;  ///< what a set of images costs before any run: golden and what is kept of it
    Seconds run;  ///< a run at all its points
};

/// Variances of accuracy.
struct Scatter {
    double runs = 0;    ///< between runs, each measured on all images
    double images = 0;  ///< between the images of a run: right or wrong
};

/// Expected whole width of a betting interval of the mean of `runs` values in [0, 1] with this
/// standard deviation: sqrt((1.78 sd sqrt(2 L / runs))^2 + (L / (0.9 runs))^2) with L = log(2 /
/// alpha). The first term is Waudby-Smith and Ramdas's leading one, narrowed by the intersection
/// over counts; the second what bounds alone cost. Within a sixth of what simulation gives from 20
/// runs on. 1 at most.
double expected_width(double deviation, std::int64_t runs, double confidence);

/// One way to spend the budget.
struct Split {
    std::int64_t images = 0;  ///< of a run
    bool own = false;         ///< each run draws its own; else all runs share all images
    std::int64_t runs = 0;
    double seconds = 0;
    double width = 0;  ///< expected, of the interval of the mean over draws of faults and images
};

/// Splits that fit into `seconds` with at least two runs, from few images to all `images` there
/// are. A run's own images cost a golden pass of their own, and add the variance of their choice:
/// scatter.images / n (1 - n / all), an upper bound where classes are balanced.
std::vector<Split> splits(const Cost& cost, const Scatter& scatter, std::int64_t images,
                          double seconds, double confidence);

/// The place of the narrowest; of equals the one with fewer runs. At least one split.
std::size_t narrowest(std::span<const Split> splits);

}  // namespace faultline::campaign
