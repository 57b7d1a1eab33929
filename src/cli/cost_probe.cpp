// A record's time is that of its image block (golden before and after, what is kept of it, the
// weights' checksum) plus that of its runs. A record of one run and one of all others tell the two
// apart; few images and many tell what each image adds.

#include "cost_probe.h"

#include <faultline/campaign/execute.h>
#include <faultline/campaign/statistics.h>
#include <faultline/core/place.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>

#include "measurement.h"

namespace faultline::cli {
namespace {

using evaluation::Tally;
using evaluation::Trial;

template <class Work>
double timed(Work work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Seconds and counts on one number of images.
struct Timing {
    double one = 0;              ///< records of the first run
    double others = 0;           ///< records of all others
    std::vector<Tally> tallies;  ///< of all trials but golden, run by run
    Tally golden;
};

void use_images(Session& session, const dataset::Dataset& all, std::int64_t count, int batch) {
    std::vector<std::int64_t> places;
    for (std::int64_t i = 0; i < count; ++i) places.push_back(i * all.size() / count);
    session.images = all.arranged(places);
    session.batch = static_cast<int>(std::min<std::int64_t>(batch, count));
    session.evaluation.batch = session.plan.batch = session.batch;
}

/// A probe's two records, and where their tallies go.
struct Records {
    std::vector<Trial> one;
    std::vector<Trial> others;
};

/// Of `repetitions` the fastest counts, block by block: others use the machine, too.
Timing time_records(const Session& session, const Records& records, int repetitions,
                    ProgressStyle style) {
    const auto passes = std::ssize(records.one) + std::ssize(records.others);
    Timing timing;
    timing.tallies.resize(core::place(passes - 4));
    Measurement measurement(session, style, repetitions * passes, "probe");
    const auto measure = [&](const std::vector<Trial>& trials, double& seconds) {
        std::vector<Tally> tallies;
        double least = std::numeric_limits<double>::infinity();
        for (int repetition = 0; repetition < repetitions; ++repetition) {
            least = std::min(least, timed([&] {
                                 tallies = measurement.trials(trials);
                                 static_cast<void>(session.network.weights_checksum());
                             }));
        }
        seconds += least;
        return tallies;
    };
    bool is_first = true;
    while (measurement.next_block()) {
        // The evaluator tries out its shortcuts once a campaign.
        if (is_first) static_cast<void>(measurement.trials(records.one));
        is_first = false;
        const auto one = measure(records.one, timing.one);
        const auto others = measure(records.others, timing.others);
        timing.golden += one.front();
        std::size_t place = 0;
        for (const auto* tallies : {&one, &others})
            for (std::size_t i = 1; i + 1 < tallies->size(); ++i)
                timing.tallies[place++] += (*tallies)[i];
    }
    return timing;
}

std::vector<campaign::Scatter> scatter(const Timing& timing, std::size_t points) {
    std::vector<campaign::Scatter> all;
    for (std::size_t point = 0; point < points; ++point) {
        std::vector<double> shares, variances;
        for (std::size_t place = point; place < timing.tallies.size(); place += points) {
            const auto& tally = timing.tallies[place];
            const auto share = static_cast<double>(tally.top1) / static_cast<double>(tally.images);
            shares.push_back(share);
            variances.push_back(share * (1 - share));
        }
        const auto deviation = campaign::distribution(shares).deviation;
        all.push_back({deviation * deviation, campaign::distribution(variances).mean});
    }
    return all;
}

}  // namespace

Probed probe_cost(Session& session, const campaign::Plan& plan, const ProbeSize& size,
                  ProgressStyle style) {
    const auto all = session.images;
    const auto batch = session.batch;
    const auto& network = session.network.description();
    const Records records{campaign::record_trials(plan, network, {0, 1}),
                          campaign::record_trials(plan, network, {1, size.runs - 1})};
    Probed probed;
    probed.runs = size.runs;
    probed.many = std::min<std::int64_t>(size.images, all.size());
    probed.few = std::max<std::int64_t>(1, std::min<std::int64_t>(10, probed.many / 4));
    std::optional<Timing> few, many;
    probed.seconds = timed([&] {
        use_images(session, all, probed.few, batch);
        few = time_records(session, records, 5, style);
        use_images(session, all, probed.many, batch);
        many = time_records(session, records, 1, style);
    });
    const auto run_seconds = [&](const Timing& timing) {
        return std::max(0.0, timing.others - timing.one) / (size.runs - 2);
    };
    const auto set_seconds = [&](const Timing& timing) {
        return std::max(0.0, timing.one - run_seconds(timing));
    };
    probed.cost = {
        campaign::line({probed.few, set_seconds(*few)}, {probed.many, set_seconds(*many)}),
        campaign::line({probed.few, run_seconds(*few)}, {probed.many, run_seconds(*many)})};
    probed.scatter = scatter(*many, plan.points.size());
    probed.golden_top1 =
        static_cast<double>(many->golden.top1) / static_cast<double>(many->golden.images);
    return probed;
}

}  // namespace faultline::cli
