#pragma once

#include <faultline/campaign/statistics.h>
#include <faultline/core/random.h>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

/// How often intervals hold the truth, in worlds where the truth is known.
namespace faultline::campaign {

/// One repetition's random numbers: a function of seed and repetition alone.
class Draws {
 public:
    Draws(std::uint64_t seed, std::uint32_t repetition)
        : counter_{.seed = seed, .run = repetition} {}

    double uniform();  ///< in [0, 1)
    bool chance(double probability) { return uniform() < probability; }
    std::int64_t below(std::int64_t count);

 private:
    std::uint64_t word();

    core::Counter counter_;
};

/// Where values come from, and what their mean is in truth.
struct World {
    std::string name;
    double truth;
    Bounds bounds;
    std::function<std::vector<double>(Draws&, int count)> values;
};

struct Method {
    std::string name;
    std::function<Interval(std::span<const double>, Bounds)> interval;
};

/// Looked at after every `step` values; done when half the interval's width is at most
/// `half_width`, or at `most` values.
struct Stop {
    double half_width;
    int step;
    int most;
};

/// Of many repetitions.
struct Held {
    std::string world;
    std::string method;
    double count;       ///< values at the end, mean
    double share;       ///< of the repetitions whose interval held the truth
    double mean_width;  ///< of the whole interval
};

Held simulate(const World& world, const Method& method, int count, int repetitions);
Held simulate(const World& world, const Method& method, const Stop& stop, int repetitions);

Method betting();
Method sequence();      ///< holds the truth at the end only if it did at every count before
Method student();       ///< Student's t, which isn't offered: what others would promise
Method exact_share();   ///< Clopper-Pearson, of values 0 and 1
Method normal_image();  ///< not offered either; from paired_image_deviation, of values -1, 0, 1
                        ///< (gained, same, lost)
Method image_score();   ///< paired_image_interval, of the same

}  // namespace faultline::campaign
