#include <faultline/campaign/summary.h>
#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cassert>
#include <cmath>

namespace faultline::campaign {

namespace {

using evaluation::Tally;

/// One run's value: the tallies of its layers (for a point: one) together. All layers are measured
/// on the same images, so a share of the sum is the mean of the layers' shares.
struct Sample {
    Tally tally;
    Tally golden;  ///< as often as there are layers
    double image_deviation = 0;
};

double share(std::int64_t count, std::int64_t all) {
    return static_cast<double>(count) / static_cast<double>(all);
}

double image_deviation(const Tally& tally, const Tally& golden) {
    const auto lost = tally.critical;
    const auto gained = tally.top1 - (golden.top1 - lost);
    return paired_image_deviation(lost, gained, tally.images);
}

Sample sample(const RunRecord& run, const std::vector<std::size_t>& points, const Tally& golden) {
    Sample sample;
    for (const auto point : points) {
        const auto& tally = run.tallies[point];
        sample.tally += tally;
        sample.golden += golden;
        sample.image_deviation += image_deviation(tally, golden);
    }
    sample.image_deviation /= static_cast<double>(points.size());
    return sample;
}

std::vector<Sample> samples(const Outcome& outcome, const std::vector<std::size_t>& points) {
    std::vector<Sample> all;
    for (const auto& run : outcome.runs) all.push_back(sample(run, points, outcome.golden_before));
    return all;
}

template <class Value>
std::vector<double> values(const std::vector<Sample>& samples, Value value) {
    std::vector<double> all;
    std::transform(samples.begin(), samples.end(), std::back_inserter(all), value);
    return all;
}

template <class Predicate>
Share share_of_runs(const std::vector<Sample>& samples, Predicate predicate) {
    const auto count = std::count_if(samples.begin(), samples.end(), predicate);
    const auto runs = std::ssize(samples);
    return {count, share(count, runs), clopper_pearson(count, runs)};
}

/// Counts are compared, not shares: a drop of exactly one point isn't over it.
bool over_one_point(const Sample& sample) {
    return (sample.golden.top1 - sample.tally.top1) * 100 > sample.tally.images;
}

Interval normal_interval(double mean, double deviation) {
    constexpr double confidence = 0.95;
    const auto margin =
        deviation * quantile(boost::math::normal_distribution<>(), 0.5 + confidence / 2);
    return {mean - margin, mean + margin, "normal", confidence};
}

void add_drop(Statistics& statistics, const std::vector<Sample>& samples, Deviation deviation,
              double errors) {
    const auto drops = values(samples, [](const Sample& sample) {
        return share(sample.golden.top1 - sample.tally.top1, sample.tally.images);
    });
    const auto deviations = values(samples, [](const Sample& s) { return s.image_deviation; });
    statistics.drop = distribution(drops, deviation);
    if (drops.size() > 1) statistics.drop_interval_faults = student_interval(drops);
    statistics.drop_image_deviation = distribution(deviations).mean;
    statistics.drop_interval_images =
        normal_interval(statistics.drop.mean, statistics.drop_image_deviation);
    statistics.drop_per_error = errors > 0 ? statistics.drop.mean / errors : 0;
}

Statistics statistics(const std::vector<Sample>& samples, const Settings& settings, int classes,
                      double errors) {
    const auto deviation =
        settings.compat == Compat::paper ? Deviation::population : Deviation::sample;
    const auto top1 =
        values(samples, [](const Sample& s) { return share(s.tally.top1, s.tally.images); });
    const auto top5 =
        values(samples, [](const Sample& s) { return share(s.tally.top5, s.tally.images); });
    Statistics result;
    result.top1 = distribution(top1, deviation);
    result.top5 = distribution(top5, deviation);
    result.top1_interval = betting_interval(top1);
    add_drop(result, samples, deviation, errors);
    result.over_one_point = share_of_runs(samples, over_one_point);
    result.collapse = share_of_runs(samples, [classes](const Sample& s) {
        return s.tally.top1 * classes <= 2 * s.tally.images;
    });
    for (const auto& sample : samples) result.outcomes += sample.tally;
    return result;
}

/// Places of the plan's points whose layers belong to `group`.
std::vector<std::size_t> members(const Plan& plan, const network::Description& network,
                                 const std::string& group) {
    std::vector<std::size_t> points;
    for (std::size_t place = 0; place < plan.points.size(); ++place) {
        const auto layer = static_cast<std::size_t>(plan.points[place].layer.value());
        if (network.layers[layer].group == group) points.push_back(place);
    }
    return points;
}

/// In the order of their first layers.
std::vector<std::string> group_names(const Plan& plan, const network::Description& network) {
    std::vector<std::string> names;
    if (plan.settings.test != Test::layer) return names;
    for (const auto& point : plan.points) {
        const auto& group = network.layers[static_cast<std::size_t>(point.layer.value())].group;
        const bool known = std::find(names.begin(), names.end(), group) != names.end();
        if (!group.empty() && !known) names.push_back(group);
    }
    return names;
}

GroupSummary group(const Plan& plan, const network::Description& network, const Outcome& outcome,
                   const std::string& name) {
    const auto points = members(plan, network, name);
    GroupSummary summary{name, "group/" + plan.format + "/" + name, {}, {}};
    double errors = 0;
    for (const auto point : points) {
        summary.layers.push_back(plan.points[point].layer.value());
        errors += plan.points[point].mean_errors;
    }
    summary.statistics = statistics(samples(outcome, points), plan.settings, network.classes,
                                    errors / static_cast<double>(points.size()));
    return summary;
}

}  // namespace

Summary summarize(const Plan& plan, const network::Description& network, const Outcome& outcome) {
    assert(!outcome.runs.empty());
    Summary summary;
    for (std::size_t place = 0; place < plan.points.size(); ++place) {
        const auto& point = plan.points[place];
        summary.points.push_back({point, statistics(samples(outcome, {place}), plan.settings,
                                                    network.classes, point.mean_errors)});
    }
    for (const auto& name : group_names(plan, network)) {
        summary.groups.push_back(group(plan, network, outcome, name));
    }
    return summary;
}

}  // namespace faultline::campaign
