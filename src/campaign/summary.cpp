#include <faultline/campaign/summary.h>
#include <algorithm>
#include <cassert>
#include <cmath>

#include "estimates.h"

namespace faultline::campaign {

namespace {

using evaluation::Tally;

/// One run's value: the tallies of its layers (for a point: one) together. All layers are measured
/// on the same images, so a share of the sum is the mean of the layers' shares.
struct Sample {
    Tally tally;
    Tally golden;  ///< as often as there are layers
    double image_deviation = 0;
    double lost = 0, gained = 0;  ///< images, in a layer on average
    double weight = 1;
};

double share(std::int64_t count, std::int64_t all) {
    return static_cast<double>(count) / static_cast<double>(all);
}

Sample sample(const Outcome& outcome, std::size_t run, const std::vector<std::size_t>& points) {
    Sample sample;
    const auto& golden = outcome.golden_of(run);
    for (const auto point : points) {
        const auto& tally = outcome.runs[run].tallies[point];
        sample.tally += tally;
        sample.golden += golden;
        sample.image_deviation += drop_image_deviation(tally, golden);
    }
    const auto count = static_cast<double>(points.size());
    sample.image_deviation /= count;
    const auto lost = sample.tally.critical;
    sample.lost = static_cast<double>(lost) / count;
    sample.gained = static_cast<double>(sample.tally.top1 - (sample.golden.top1 - lost)) / count;
    return sample;
}

std::vector<Sample> samples(const Outcome& outcome, const std::vector<std::size_t>& points) {
    std::vector<Sample> all;
    for (std::size_t run = 0; run < outcome.runs.size(); ++run)
        all.push_back(sample(outcome, run, points));
    return all;
}

double images_of(const Outcome& outcome) {
    return static_cast<double>(outcome.golden_of(0).images);
}

template <class Value>
std::vector<double> values(const std::vector<Sample>& samples, Value value) {
    std::vector<double> all;
    std::transform(samples.begin(), samples.end(), std::back_inserter(all), value);
    return all;
}

/// How a point's samples are to be read.
struct Terms {
    const Settings& settings;
    int classes = 0;
    double images = 0;  ///< of a run, in a layer
    double errors = 0;
    std::optional<double> greatest_weight = {};  ///< where samples weigh differently

    Deviation deviation() const {
        return settings.compat == Compat::paper ? Deviation::population : Deviation::sample;
    }
};

template <class Value>
Distribution spread(const std::vector<Sample>& samples, const Terms& terms, Value value) {
    const auto all = values(samples, value);
    if (!terms.greatest_weight) return distribution(all, terms.deviation());
    const auto weights = values(samples, [](const Sample& s) { return s.weight; });
    return weighted_distribution(all, weights, terms.deviation());
}

template <class Predicate>
Share share_of_runs(const std::vector<Sample>& samples, const Terms& terms, Predicate predicate) {
    const auto count = std::count_if(samples.begin(), samples.end(), predicate);
    const auto runs = std::ssize(samples);
    if (!terms.greatest_weight && terms.settings.until_margin == 0)
        return {count, share(count, runs), clopper_pearson(count, runs, terms.settings.confidence)};
    const auto weighed =
        values(samples, [&](const Sample& s) { return predicate(s) ? s.weight : 0; });
    return {count, std::min(1.0, distribution(weighed).mean),
            mean_interval(weighed, terms.settings, {0, terms.greatest_weight.value_or(1)})};
}

/// Counts are compared, not shares: a drop of exactly one point isn't over it.
bool over_one_point(const Sample& sample) {
    return (sample.golden.top1 - sample.tally.top1) * 100 > sample.tally.images;
}

double drop(const Sample& sample) {
    return share(sample.golden.top1 - sample.tally.top1, sample.tally.images);
}

void add_drop(Statistics& statistics, const std::vector<Sample>& samples, const Terms& terms) {
    statistics.drop = spread(samples, terms, drop);
    const auto& golden = samples.front().golden;
    if (terms.settings.images_per_run == 0) {  // a drop is top-1 seen from above
        const auto top = share(golden.top1, golden.images);
        const auto& top1 = statistics.top1_interval;
        statistics.drop_interval_faults = {top - top1.high, top - top1.low, top1.method,
                                           top1.confidence};
    } else {
        statistics.drop_interval_faults =
            mean_interval(values(samples, drop), terms.settings, {-1, 1});
    }
    statistics.drop_image_deviation =
        spread(samples, terms, [](const Sample& s) { return s.image_deviation; }).mean;
}

/// What follows from the mean drop.
void finish_drop(Statistics& statistics, const std::vector<Sample>& samples, const Terms& terms) {
    const auto lost = spread(samples, terms, [](const Sample& s) { return s.lost; }).mean;
    const auto gained = spread(samples, terms, [](const Sample& s) { return s.gained; }).mean;
    const auto images = terms.images;
    auto& interval = statistics.drop_interval_images;
    interval = mean_image_interval(lost, gained, images, terms.settings.confidence);
    // A weighted mean drop needn't be that of the weighted counts.
    const auto shift = statistics.drop.mean - (lost - gained) / images;
    interval.low = std::max(-1.0, interval.low + shift);
    interval.high = std::min(1.0, interval.high + shift);
    statistics.drop_per_error = terms.errors > 0 ? statistics.drop.mean / terms.errors : 0;
}

Statistics::Shares shares(const std::vector<Sample>& samples, const Terms& terms) {
    const auto mean = [&](std::int64_t Tally::*count) {
        return spread(samples, terms,
                      [count](const Sample& s) { return share(s.tally.*count, s.tally.images); })
            .mean;
    };
    return {mean(&Tally::masked), mean(&Tally::benign),    mean(&Tally::sdc1),
            mean(&Tally::sdc5),   mean(&Tally::nonfinite), mean(&Tally::critical)};
}

Statistics statistics(const std::vector<Sample>& samples, const Terms& terms) {
    const auto top1 = [](const Sample& s) { return share(s.tally.top1, s.tally.images); };
    const auto top5 = [](const Sample& s) { return share(s.tally.top5, s.tally.images); };
    Statistics result;
    result.top1 = spread(samples, terms, top1);
    result.top5 = spread(samples, terms, top5);
    result.top1_interval = mean_interval(values(samples, top1), terms.settings);
    add_drop(result, samples, terms);
    finish_drop(result, samples, terms);
    result.over_one_point = share_of_runs(samples, terms, over_one_point);
    result.collapse = share_of_runs(samples, terms, [&](const Sample& s) {
        return s.tally.top1 * terms.classes <= 2 * s.tally.images;
    });
    for (const auto& sample : samples) result.outcomes += sample.tally;
    result.shares = shares(samples, terms);
    return result;
}

/// The sample test's one point. Where trials weigh differently, the mean drop is that of the whole
/// space's estimate, and top-1 is golden's less that.
Statistics sample_statistics(const Plan& plan, const network::Description& network,
                             const Outcome& outcome, const StratumSummary& total) {
    std::vector<Sample> counted;
    for (std::size_t place = 0; place < outcome.runs.size(); ++place) {
        const int run = outcome.runs[place].run;
        if (run < pilot(plan).end()) continue;
        counted.push_back(sample(outcome, place, {0}));
        counted.back().weight = drawn(plan, network, run).weight;
    }
    Terms terms{plan.settings, network.classes, images_of(outcome), 1};
    const auto most = greatest_weight(plan);
    if (most > 1) terms.greatest_weight = most;
    auto result = statistics(counted, terms);
    if (!terms.greatest_weight) return result;
    const auto& drop = total.estimates.back();
    const auto golden = spread(counted, terms, [](const Sample& s) {
                            return share(s.golden.top1, s.golden.images);
                        }).mean;
    result.drop.mean = drop.mean;
    result.drop_interval_faults = drop.interval;
    result.top1.mean = golden - drop.mean;
    result.top1_interval = {golden - drop.interval.high, golden - drop.interval.low,
                            drop.interval.method, drop.interval.confidence};
    finish_drop(result, counted, terms);
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
    summary.statistics =
        statistics(samples(outcome, points), {plan.settings, network.classes, images_of(outcome),
                                              errors / static_cast<double>(points.size())});
    return summary;
}

}  // namespace

Summary summarize(const Plan& plan, const network::Description& network, const Outcome& outcome) {
    assert(!outcome.runs.empty());
    Summary summary;
    summary.guideline = guideline(plan, network, outcome);
    if (plan.strata) {
        summary.strata = summarize_strata(plan, network, outcome);
        summary.points.push_back({plan.points.front(), sample_statistics(plan, network, outcome,
                                                                         summary.strata.front())});
        return summary;
    }
    for (std::size_t place = 0; place < plan.points.size(); ++place) {
        const auto& point = plan.points[place];
        summary.points.push_back({point, statistics(samples(outcome, {place}),
                                                    {plan.settings, network.classes,
                                                     images_of(outcome), point.mean_errors})});
    }
    for (const auto& name : group_names(plan, network)) {
        summary.groups.push_back(group(plan, network, outcome, name));
    }
    return summary;
}

}  // namespace faultline::campaign
