// The sample test's estimates for the whole space, each bit, direction and layer, and each of their
// combinations.

#include <fmt/format.h>

#include <faultline/core/place.h>

#include <algorithm>
#include <map>
#include <set>

#include "estimates.h"
#include "stratified.h"

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
std::map<Common, StratumSet> sets(const Measurements& all) {
    const auto& list = all.plan.strata->list;
    std::map<Common, StratumSet> found;
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
