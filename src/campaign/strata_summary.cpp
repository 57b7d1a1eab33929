// Estimates of the sample test. A trial of stratum h counts as c + w (value - guess of h): w is
// (W_h / W) / (q_h / q) among the strata taken together, c the mean of their guesses in the space.
// Whatever was guessed, its mean is the space's; and it lies between known ends.

#include <fmt/format.h>

#include <faultline/core/place.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "estimates.h"

namespace faultline::campaign {
namespace {

using core::place;
using evaluation::Tally;

/// What a summary's strata have in common; absent: anything.
struct Common {
    std::optional<int> layer;
    std::optional<int> bit;
    std::optional<Direction> direction;

    auto operator<=>(const Common&) const = default;
};

/// A trial that counts.
struct Counted {
    std::size_t stratum = 0;
    std::array<double, metric_count> values{};
    std::array<double, metric_count> image_deviations{};
};

/// All that estimates are made of.
struct Measurements {
    const Plan& plan;
    std::vector<double> odds;      ///< [stratum]
    std::vector<Guesses> guesses;  ///< [stratum]
    std::vector<Counted> trials;   ///< in the order of runs
    Bounds drop;                   ///< that of top-1 can't leave these
};

/// Strata taken together, and the trials in them.
struct Set {
    std::vector<std::size_t> strata;
    std::vector<std::size_t> trials;
    double share = 0;
    double odds = 0;
    std::uint64_t sites = 0;
};

double image_deviation(double share, std::int64_t images) {
    return std::sqrt(std::max(0.0, share * (1 - share)) / static_cast<double>(images));
}

Counted counted(std::size_t stratum, const Tally& tally, const Tally& golden) {
    Counted trial{stratum, {}, {}};
    for (std::size_t i = 0; i < metric_count; ++i) {
        const auto& metric = metrics()[i];
        trial.values[i] = metric.value(tally, golden);
        trial.image_deviations[i] = metric.is_signed
                                        ? drop_image_deviation(tally, golden)
                                        : image_deviation(trial.values[i], tally.images);
    }
    return trial;
}

/// A drop can't exceed golden accuracy, nor a gain what was wrong before.
Bounds drop_bounds(const Outcome& outcome) {
    if (outcome.runs.front().golden) return {-1, 1};  // golden differs from run to run
    const auto& golden = outcome.golden_before;
    const auto top1 = static_cast<double>(golden.top1) / static_cast<double>(golden.images);
    return {top1 - 1, top1};
}

Measurements measurements(const Plan& plan, const network::Description& network,
                          const Outcome& outcome) {
    const auto& strata = *plan.strata;
    Measurements found{plan, strata.odds, {}, {}, drop_bounds(outcome)};
    found.guesses.resize(strata.list.size());
    if (strata.allocation) {
        found.odds = strata.allocation->odds;
        found.guesses = strata.allocation->guesses;
    }
    for (std::size_t i = 0; i < outcome.runs.size(); ++i) {
        const int run = outcome.runs[i].run;
        if (run < pilot(plan).end()) continue;
        found.trials.push_back(counted(drawn(plan, network, run).stratum,
                                       outcome.runs[i].tallies.front(), outcome.golden_of(i)));
    }
    return found;
}

/// What a stratum is a part of, each once: itself, its layer, its bit and so on.
std::set<Common> commons(const Stratum& stratum) {
    const auto& [layer, bit, direction, sites, share] = stratum;
    return {{},
            {{}, bit, {}},
            {{}, {}, direction},
            {{}, bit, direction},
            {layer, {}, {}},
            {layer, bit, direction}};
}

/// Those in which a trial lies, each with all of its strata.
std::map<Common, Set> sets(const Measurements& all) {
    const auto& list = all.plan.strata->list;
    std::map<Common, Set> found;
    for (std::size_t i = 0; i < all.trials.size(); ++i)
        for (const auto& common : commons(list[all.trials[i].stratum]))
            found[common].trials.push_back(i);
    for (std::size_t i = 0; i < list.size(); ++i) {
        for (const auto& common : commons(list[i])) {
            const auto set = found.find(common);
            if (set == found.end()) continue;
            set->second.strata.push_back(i);
            set->second.share += list[i].share;
            set->second.odds += all.odds[i];
            set->second.sites += list[i].sites;
        }
    }
    return found;
}

double weight(const Measurements& all, const Set& set, std::size_t stratum) {
    if (set.strata.size() == 1) return 1;
    const auto& list = all.plan.strata->list;
    const auto weight = (list[stratum].share / set.share) / (all.odds[stratum] / set.odds);
    constexpr double rounding = 1e-9;
    return std::abs(weight - 1) < rounding ? 1 : weight;
}

Interval cut(Interval interval, const Bounds& bounds) {
    interval.low = std::clamp(interval.low, bounds.low, bounds.high);
    interval.high = std::clamp(interval.high, bounds.low, bounds.high);
    return interval;
}

Estimate estimate(const Measurements& all, const Set& set, std::size_t metric) {
    const auto ends = metrics()[metric].is_signed ? all.drop : Bounds{};
    const auto& list = all.plan.strata->list;
    double expected = 0;
    for (const auto stratum : set.strata)
        expected += list[stratum].share / set.share * all.guesses[stratum][metric];
    Bounds bounds{std::numeric_limits<double>::infinity(),
                  -std::numeric_limits<double>::infinity()};
    for (const auto stratum : set.strata) {
        const auto own = weight(all, set, stratum);
        const auto guess = all.guesses[stratum][metric];
        bounds.low = std::min(bounds.low, expected + own * (ends.low - guess));
        bounds.high = std::max(bounds.high, expected + own * (ends.high - guess));
    }
    std::vector<double> values;
    Estimate found;
    for (const auto place : set.trials) {
        const auto& trial = all.trials[place];
        const auto own = weight(all, set, trial.stratum);
        const auto value =
            expected + own * (trial.values[metric] - all.guesses[trial.stratum][metric]);
        values.push_back(std::clamp(value, bounds.low, bounds.high));
        found.image_deviation += own * trial.image_deviations[metric];
    }
    found.image_deviation /= static_cast<double>(values.size());
    found.mean = std::clamp(distribution(values).mean, ends.low, ends.high);
    found.interval = cut(mean_interval(values, all.plan.settings, bounds), ends);
    return found;
}

std::string key(const Plan& plan, const network::Description& network, const Common& common) {
    auto text = fmt::format("sample/{}", plan.format);
    if (common == Common{}) return text + "/total";
    if (common.layer) text += "/layer=" + network.layers[place(*common.layer)].name;
    if (common.bit) text += fmt::format("/bit={}", *common.bit);
    if (common.direction) text += "/" + name(*common.direction);
    return text;
}

}  // namespace

Interval mean_interval(std::span<const double> values, const Settings& settings, Bounds bounds) {
    return settings.until_margin > 0 ? betting_sequence(values, settings.confidence, bounds)
                                     : betting_interval(values, settings.confidence, bounds);
}

double drop_image_deviation(const Tally& tally, const Tally& golden) {
    const auto lost = tally.critical;
    const auto gained = tally.top1 - (golden.top1 - lost);
    return paired_image_deviation(lost, gained, tally.images);
}

double greatest_weight(const Plan& plan) {
    const auto& strata = *plan.strata;
    const auto& odds = strata.allocation ? strata.allocation->odds : strata.odds;
    double most = 0;
    for (std::size_t i = 0; i < odds.size(); ++i)
        most = std::max(most, strata.list[i].share / odds[i]);
    constexpr double rounding = 1e-9;
    return most < 1 + rounding ? 1 : most;
}

std::vector<StratumSummary> summarize_strata(const Plan& plan, const network::Description& network,
                                             const Outcome& outcome) {
    const auto all = measurements(plan, network, outcome);
    std::vector<StratumSummary> summaries;
    for (const auto& [common, set] : sets(all)) {
        StratumSummary summary{key(plan, network, common),
                               common.layer,
                               common.bit,
                               common.direction,
                               std::min(1.0, set.share),  // sums of many round
                               set.sites,
                               std::min(1.0, set.odds),
                               std::ssize(set.trials),
                               {}};
        for (std::size_t metric = 0; metric < metric_count; ++metric)
            summary.estimates[metric] = estimate(all, set, metric);
        summaries.push_back(std::move(summary));
    }
    return summaries;
}

}  // namespace faultline::campaign
