#include "stratified.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "estimates.h"

namespace faultline::campaign {
namespace {

using evaluation::Tally;

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

double weight(const Measurements& all, const StratumSet& set, std::size_t stratum) {
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

}  // namespace

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

Estimate estimate(const Measurements& all, const StratumSet& set, std::size_t metric) {
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

}  // namespace faultline::campaign
