#include "worlds.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <set>

namespace faultline::campaign {

namespace {

/// Values that don't depend on each other.
template <class Draw>
World independent(std::string name, double truth, Draw draw, Bounds bounds = {}) {
    return {std::move(name), truth, bounds, [draw](Draws& draws, int count) {
                std::vector<double> values;
                for (int place = 0; place < count; ++place) values.push_back(draw(draws));
                return values;
            }};
}

/// About a sixteenth of `width` is its deviation; nearly normal, within width / 2 of 0.
double noise(Draws& draws, double width) {
    double sum = 0;
    for (int part = 0; part < 12; ++part) sum += draws.uniform() - 0.5;
    return sum / 12 * width;
}

struct Stratum {
    double share;   ///< W: of all sites
    double drawn;   ///< q: of all trials
    double deadly;  ///< what its trials come to, in truth
};

// As of float32: the exponent's highest bit, its other seven, the other 24 bits of a word.
constexpr std::array<Stratum, 3> strata = {
    {{1 / 32.0, 0.4, 0.25}, {7 / 32.0, 0.3, 0.01}, {24 / 32.0, 0.3, 0.0001}}};

std::size_t drawn_stratum(Draws& draws) {
    double left = draws.uniform();
    for (std::size_t place = 0; place + 1 < strata.size(); ++place) {
        if (left < strata[place].drawn) return place;
        left -= strata[place].drawn;
    }
    return strata.size() - 1;
}

/// Trials seen so far. Before the first, half of one counts as deadly.
struct Seen {
    double deadly = 0.5;
    double all = 1;
};

/// `guessing` or not. Only trials before this one are looked at, so its mean stays the truth.
std::vector<double> weighted_values(Draws& draws, int count, bool guessing) {
    std::array<Seen, strata.size()> seen;
    std::vector<double> values;
    for (int trial = 0; trial < count; ++trial) {
        std::array<double, strata.size()> guesses{};
        double guessed = 0;
        for (std::size_t place = 0; place < strata.size(); ++place) {
            if (guessing) guesses[place] = seen[place].deadly / seen[place].all;
            guessed += strata[place].share * guesses[place];
        }
        const auto place = drawn_stratum(draws);
        const auto& stratum = strata[place];
        const double outcome = draws.chance(stratum.deadly) ? 1 : 0;
        values.push_back(stratum.share / stratum.drawn * (outcome - guesses[place]) + guessed);
        seen[place].deadly += outcome;
        seen[place].all += 1;
    }
    return values;
}

World weighted(const std::string& name, bool guessing) {
    double truth = 0, most = 0, reach = 0;
    for (const auto& stratum : strata) {
        truth += stratum.share * stratum.deadly;
        most = std::max(most, stratum.share / stratum.drawn);
        reach = std::max(reach, stratum.share / stratum.drawn - stratum.share);
    }
    // With g in [0, 1] the other strata's guesses lie in what their own share leaves.
    const Bounds bounds = guessing ? Bounds{-reach, 1 + reach} : Bounds{0, most};
    return {name, truth, bounds, [guessing](Draws& draws, int count) {
                return weighted_values(draws, count, guessing);
            }};
}

constexpr std::int64_t all_images = 10'000;
constexpr double dying = 0.1;
constexpr std::int64_t survive_dead = 1'000, survive_alive = 9'000, alive_spread = 400;

/// Images are numbered from the easiest: a run is right on those below its own limit.
double fresh_value(Draws& draws, int images) {
    const auto limit =
        draws.chance(dying) ? survive_dead : survive_alive + draws.below(alive_spread);
    std::set<std::int64_t> chosen;
    while (std::ssize(chosen) < images) chosen.insert(draws.below(all_images));
    const auto right =
        std::count_if(chosen.begin(), chosen.end(), [&](auto image) { return image < limit; });
    return static_cast<double>(right) / images;
}

}  // namespace

World dead_runs(double share) {
    return independent(fmt::format("runs, {:g} % dead", 100 * share),
                       share * 0.1 + (1 - share) * 0.9, [share](Draws& draws) {
                           const double middle = draws.chance(share) ? 0.1 : 0.9;
                           return middle + noise(draws, 0.1);
                       });
}

World ones(double share) {
    return independent(fmt::format("0 or 1, {:g} % ones", 100 * share), share,
                       [share](Draws& draws) { return draws.chance(share) ? 1.0 : 0.0; });
}

World near_one_value() {
    return independent("accuracies near 0.55", 0.55,
                       [](Draws& draws) { return 0.55 + noise(draws, 0.1); });
}

World evenly_spread() {
    return independent("uniform over [0, 1]", 0.5, [](Draws& draws) { return draws.uniform(); });
}

World rarely_extreme() {
    return independent("0.001, but 0.5 once in 500", 0.998 * 0.001 + 0.002 * 0.5,
                       [](Draws& draws) { return draws.chance(0.002) ? 0.5 : 0.001; });
}

std::vector<World> run_worlds() {
    return {dead_runs(0.02), dead_runs(0.1),   dead_runs(0.3),  dead_runs(0.5),  ones(0.005),
            ones(0.03),      near_one_value(), evenly_spread(), rarely_extreme()};
}

World changed_images(double lost, double gained) {
    return independent(fmt::format("images, {:g} % lost, {:g} % gained", 100 * lost, 100 * gained),
                       lost - gained,
                       [=](Draws& draws) {
                           const double place = draws.uniform();
                           return place < lost ? 1.0 : place < lost + gained ? -1.0 : 0.0;
                       },
                       {-1, 1});
}

World weighted_strata() { return weighted("weighted strata, guessed", true); }

World weighted_strata_without_guess() { return weighted("weighted strata", false); }

World fresh_images(int images) {
    const double alive =
        static_cast<double>(survive_alive) + (static_cast<double>(alive_spread) - 1) / 2;
    const double truth =
        (dying * static_cast<double>(survive_dead) + (1 - dying) * alive) / all_images;
    return independent(fmt::format("runs on {} fresh images, 10 % dead", images), truth,
                       [images](Draws& draws) { return fresh_value(draws, images); });
}

World drawn_again(const std::vector<std::int64_t>& right, std::int64_t all, std::int64_t images) {
    const auto sum = std::accumulate(right.begin(), right.end(), std::int64_t{0});
    const auto truth =
        static_cast<double>(sum) / static_cast<double>(all) / static_cast<double>(right.size());
    return independent(fmt::format("runs of a reference on {} of {} images", images, all), truth,
                       [=](Draws& draws) {
                           auto left =
                               right[static_cast<std::size_t>(draws.below(std::ssize(right)))];
                           if (images == all)
                               return static_cast<double>(left) / static_cast<double>(all);
                           std::int64_t found = 0;
                           for (std::int64_t image = 0; image < images; ++image) {
                               const bool is_right = draws.below(all - image) < left;
                               found += is_right ? 1 : 0;
                               left -= is_right ? 1 : 0;
                           }
                           return static_cast<double>(found) / static_cast<double>(images);
                       });
}

}  // namespace faultline::campaign
