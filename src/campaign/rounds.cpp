#include <faultline/campaign/rounds.h>

#include <algorithm>

namespace faultline::campaign {
namespace {

double half_width(const Interval& interval) { return (interval.high - interval.low) / 2; }

}  // namespace

std::vector<Runs> rounds(const Settings& settings) {
    std::vector<Runs> all;
    int first = 0;
    if (settings.allocate) {
        all.push_back({0, settings.pilot});
        first = settings.pilot;
    }
    const int most = settings.until_margin > 0 ? settings.round : settings.runs;
    for (; first < settings.runs; first = all.back().end())
        all.push_back({first, std::min(most, settings.runs - first)});
    return all;
}

double widest_margin(const Summary& summary) {
    if (!summary.strata.empty()) return half_width(summary.strata.front().estimates[0].interval);
    double widest = 0;
    for (const auto& point : summary.points)
        widest = std::max(widest, half_width(point.statistics.top1_interval));
    return widest;
}

bool reached(const Plan& plan, const network::Description& network, const Outcome& outcome) {
    const auto& settings = plan.settings;
    const bool counted = std::ssize(outcome.runs) > pilot(plan).count;
    return settings.until_margin > 0 && counted &&
           widest_margin(summarize(plan, network, outcome)) <= settings.until_margin;
}

}  // namespace faultline::campaign
