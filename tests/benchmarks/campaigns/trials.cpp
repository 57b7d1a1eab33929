#include "trials.h"

#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <faultline/evaluation/injection.h>
#include <faultline/report/result.h>
#include <fmt/format.h>

#include <algorithm>

namespace faultline::benchmarks {
namespace {

campaign::Settings settings_of(const Settings& settings, const std::string& test) {
    auto made = settings.campaign;
    const auto& measuring = settings.measuring;
    if (test == "full") {
        made.test = campaign::Test::full;
        made.runs = measuring.full_runs;
    } else if (test == "indexed") {
        made.test = campaign::Test::indexed;
        made.runs = measuring.indexed_runs;
    } else if (test == "layer") {
        made.test = campaign::Test::layer;
        made.runs = measuring.layer_runs;
    } else {
        throw core::Error(core::Fault::usage,
                          fmt::format("benchmark.tests: {} is none of full, indexed, layer", test));
    }
    return made;
}

void append_run(Trials& trials, std::vector<evaluation::Trial> run) {
    const auto first = static_cast<std::int32_t>(trials.all.size());
    for (auto& trial : run) {
        if (trial.parent != evaluation::Trial::golden) trial.parent += first;
        trials.all.push_back(std::move(trial));
    }
}

/// The middles of `count` equal parts of the list.
std::vector<std::int32_t> spread(std::int32_t count, std::int32_t size) {
    std::vector<std::int32_t> places;
    count = std::min(count, size);
    for (std::int32_t part = 0; part < count; ++part)
        places.push_back((2 * part + 1) * size / (2 * count));
    return places;
}

}  // namespace

Trials draw_trials(const Settings& settings, const network::Network& network,
                   const std::string& test) {
    Trials trials{
        test, campaign::plan(settings_of(settings, test), network.description()), {}, {}, {}};
    for (int run = 0; run < trials.plan.settings.runs; ++run)
        append_run(trials, campaign::trials(trials.plan, network.description(), run));
    trials.sampled =
        spread(settings.measuring.whole_trials, static_cast<std::int32_t>(trials.all.size()));
    for (const auto place : trials.sampled) {
        trials.as_whole.push_back(
            {evaluation::Trial::golden, evaluation::effects(trials.all, place)});
    }
    return trials;
}

void write_faults(const Trials& trials, const network::Network& network,
                  const std::filesystem::path& path) {
    evaluation::GoldenWords words(network);
    const auto points = trials.plan.points.size();
    std::string text = "run,trial,tensor,element,mask,before,after\n";
    for (std::size_t place = 0; place < trials.all.size(); ++place) {
        const auto& added = trials.all[place].added;
        const auto changes =
            words.predict(evaluation::effects(trials.all, static_cast<std::int32_t>(place)));
        text += report::fault_rows(static_cast<int>(place / points), place % points, added,
                                   {changes.end() - std::ssize(added), changes.end()});
    }
    core::write_file(path, text);
}

}  // namespace faultline::benchmarks
