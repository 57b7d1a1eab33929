#include <faultline/campaign/sampling.h>
#include <faultline/core/place.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

namespace faultline::campaign {
namespace {

using core::place;
using evaluation::Tally;

double share(std::int64_t count, std::int64_t all) {
    return static_cast<double>(count) / static_cast<double>(all);
}

constexpr std::array<Metric, metric_count> rows = {{
    {"critical",
     [](const Tally& tally, const Tally&) { return share(tally.critical, tally.images); }},
    {"sdc1", [](const Tally& tally, const Tally&) { return share(tally.sdc1, tally.images); }},
    {"sdc5", [](const Tally& tally, const Tally&) { return share(tally.sdc5, tally.images); }},
    {"nonfinite",
     [](const Tally& tally, const Tally&) { return share(tally.nonfinite, tally.images); }},
    {"paired_drop",
     [](const Tally& tally, const Tally& golden) {
         return share(golden.top1 - tally.top1, tally.images);
     },
     true},
}};

constexpr std::size_t critical = 0;

auto key(const Stratum& stratum) {
    return std::tuple(stratum.layer, stratum.bit, stratum.direction);
}

/// A bit and a direction over all layers.
using Kind = std::pair<std::optional<int>, std::optional<Direction>>;

Kind kind(const Stratum& stratum) { return {stratum.bit, stratum.direction}; }

/// Of trials of one kind, or of all.
struct Moments {
    double count = 0;
    Guesses sums{};
    double squares = 0;  ///< of `critical`

    void add(const PilotTrial& trial) {
        ++count;
        for (std::size_t metric = 0; metric < metric_count; ++metric)
            sums[metric] += trial.values[metric];
        squares += trial.values[critical] * trial.values[critical];
    }

    /// As if one more trial had brought nothing: a few trials aren't believed.
    Guesses guesses() const {
        Guesses means{};
        for (std::size_t metric = 0; metric < metric_count; ++metric)
            means[metric] = sums[metric] / (count + 1);
        return means;
    }

    /// Sum of squared distances of `critical` from `guess`.
    double scatter(double guess) const {
        return std::max(0.0, squares - 2 * guess * sums[critical] + count * guess * guess);
    }
};

}  // namespace

std::string name(Direction direction) { return direction == Direction::up ? "0to1" : "1to0"; }

std::span<const Metric, metric_count> metrics() { return rows; }

std::size_t Strata::place(int layer, const fault::WeightWord& word, std::uint32_t toggle) const {
    Stratum wanted;
    wanted.layer = layer;
    if (list.front().bit) {
        assert(std::has_single_bit(toggle));
        const bool set = (words.word(word) & toggle) != 0;
        wanted.bit = std::countr_zero(toggle);
        wanted.direction = set ? Direction::down : Direction::up;
    }
    const auto found = std::ranges::lower_bound(list, key(wanted), {}, key);
    assert(found != list.end() && key(*found) == key(wanted));
    return static_cast<std::size_t>(found - list.begin());
}

Allocation allocate(const Strata& strata, std::span<const PilotTrial> pilot) {
    // Where trials are few, what was never seen bounds the interval: its end is about
    // log(2 / alpha) / (cautious x trials) away. So only a quarter goes where the variance is.
    constexpr double cautious = 0.75;
    constexpr double doubt = 0.05;  // of a trial like the pilot's, added to each kind
    std::map<Kind, Moments> kinds;
    Moments all;
    for (const auto& trial : pilot) {
        kinds[kind(strata.list[trial.stratum])].add(trial);
        all.add(trial);
    }
    const auto usual = all.scatter(all.guesses()[critical]) / (all.count + 1);
    Allocation found;
    double sum = 0;
    for (const auto& stratum : strata.list) {
        const auto& seen = kinds[kind(stratum)];
        found.guesses.push_back(seen.guesses());
        const auto scatter = seen.scatter(found.guesses.back()[critical]);
        found.odds.push_back(stratum.share *
                             std::sqrt((scatter + doubt * usual) / (seen.count + doubt)));
        sum += found.odds.back();
    }
    for (std::size_t i = 0; i < found.odds.size(); ++i) {
        const auto learnt = sum > 0 ? found.odds[i] / sum : strata.odds[i];
        found.odds[i] = cautious * strata.odds[i] + (1 - cautious) * learnt;
    }
    return found;
}

}  // namespace faultline::campaign
