#include "simulation.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace faultline::campaign {

namespace {

/// What one repetition came to.
struct Ending {
    Interval interval;
    int count;
};

template <class Repeat>
Held over(const World& world, const Method& method, int repetitions, Repeat repeat) {
    constexpr std::uint64_t seed = 20'260'101;
    Held coverage{world.name, method.name, 0, 0, 0};
    for (int repetition = 0; repetition < repetitions; ++repetition) {
        Draws draws(seed, static_cast<std::uint32_t>(repetition));
        const Ending ending = repeat(draws);
        constexpr double rounding = 1e-9;
        const bool holds = ending.interval.low <= world.truth + rounding &&
                           world.truth - rounding <= ending.interval.high;
        coverage.count += ending.count;
        coverage.share += holds ? 1 : 0;
        coverage.mean_width += ending.interval.high - ending.interval.low;
    }
    coverage.count /= repetitions;
    coverage.share /= repetitions;
    coverage.mean_width /= repetitions;
    return coverage;
}

std::int64_t count_of(std::span<const double> values, double value) {
    return std::count(values.begin(), values.end(), value);
}

}  // namespace

std::uint64_t Draws::word() {
    const auto word = core::random_words(counter_).front();
    ++counter_.draw;
    return word;
}

double Draws::uniform() { return static_cast<double>(word() >> 11U) * 0x1p-53; }

std::int64_t Draws::below(std::int64_t count) {
    return static_cast<std::int64_t>(core::scaled(word(), static_cast<std::uint64_t>(count)));
}

Held simulate(const World& world, const Method& method, int count, int repetitions) {
    return over(world, method, repetitions, [&](Draws& draws) -> Ending {
        return {method.interval(world.values(draws, count), world.bounds), count};
    });
}

Held simulate(const World& world, const Method& method, const Stop& stop, int repetitions) {
    return over(world, method, repetitions, [&](Draws& draws) -> Ending {
        const auto values = world.values(draws, stop.most);
        int count = 0;
        while (true) {
            count = std::min(count + stop.step, stop.most);
            const auto interval = method.interval(
                std::span(values).first(static_cast<std::size_t>(count)), world.bounds);
            const bool narrow = interval.high - interval.low <= 2 * stop.half_width;
            if (narrow || count == stop.most) return {interval, count};
        }
    });
}

Method betting() {
    return {"betting",
            [](auto values, Bounds bounds) { return betting_interval(values, 0.95, bounds); }};
}

Method sequence() {
    return {"betting-sequence",
            [](auto values, Bounds bounds) { return betting_sequence(values, 0.95, bounds); }};
}

Method student() {
    return {"student", [](auto values, Bounds) -> Interval {
                const auto count = static_cast<double>(values.size());
                const auto spread = distribution(values);
                const boost::math::students_t_distribution<> t(count - 1);
                const auto margin = quantile(t, 0.975) * spread.deviation / std::sqrt(count);
                return {spread.mean - margin, spread.mean + margin, "student", 0.95};
            }};
}

Method exact_share() {
    return {"clopper-pearson", [](auto values, Bounds) {
                return clopper_pearson(count_of(values, 1), std::ssize(values));
            }};
}

Method normal_image() {
    return {"normal", [](auto values, Bounds) -> Interval {
                const auto count = static_cast<double>(values.size());
                const auto lost = count_of(values, 1), gained = count_of(values, -1);
                const auto middle = static_cast<double>(lost - gained) / count;
                const auto margin =
                    1.959964 * paired_image_deviation(lost, gained, std::ssize(values));
                return {middle - margin, middle + margin, "normal", 0.95};
            }};
}

Method image_score() {
    return {"tango", [](auto values, Bounds) {
                return paired_image_interval(count_of(values, 1), count_of(values, -1),
                                             std::ssize(values));
            }};
}

}  // namespace faultline::campaign
