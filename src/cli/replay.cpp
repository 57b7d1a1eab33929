// One trial of a result again: from the result's config, with the same network, images and batch,
// every count must come out the same, and the faults must be those of the result's own list.

#include <faultline/campaign/plan.h>
#include <faultline/core/error.h>
#include <faultline/report/result.h>
#include <fmt/format.h>

#include <memory>

#include "common.h"
#include "decisions.h"
#include "fault_list.h"
#include "interrupt.h"
#include "measurement.h"
#include "session.h"
#include "stored_faults.h"
#include "stored_networks.h"
#include "stored_result.h"
#include "subcommands.h"

namespace faultline::cli {
namespace {

struct ReplayOptions {
    Common common;
    std::string result;
    int run = 0;
    std::string point;
};

core::Section own_options(ReplayOptions& options) {
    return {
        "replay",
        {core::option("result", options.result, "result.json, or the folder it is in", "PATH"),
         core::option("run", options.run, "which run", {0, 1'000'000}),
         core::option("point", options.point, "the point's key: indexed/float32/bit=30", "KEY")}};
}

/// What the pilot of a sample test showed: where the other runs draw follows from it.
campaign::Outcome stored_pilot(const core::StoredValue& result, const Recorded& recorded,
                               const campaign::Plan& plan) {
    const auto tally_of = [](const core::StoredValue& tally) {
        const auto count = [&](const char* key) {
            return static_cast<std::int64_t>(tally[key].count());
        };
        return evaluation::Tally{count("images"), count("top1"),      count("top5"),
                                 count("masked"), count("benign"),    count("sdc1"),
                                 count("sdc5"),   count("nonfinite"), count("critical")};
    };
    campaign::Outcome outcome;
    for (const auto& golden : result["golden"].list())
        if (golden["format"].text() == plan.format)
            outcome.golden_before = tally_of(golden["before"]);
    for (int run = 0; run < campaign::pilot(plan).end(); ++run) {
        const auto trial = find_trial(result, run, recorded.trial["key"].text()).trial;
        auto& record =
            outcome.runs.emplace_back(campaign::RunRecord{run, {tally_of(trial["tally"])}});
        if (plan.settings.images_per_run > 0) record.golden = tally_of(trial["golden"]);
    }
    return outcome;
}

/// The trials of the run in the recorded trial's format, from the config alone. Their list must
/// have its point where the result has it.
std::vector<evaluation::Trial> draw(const ReplayOptions& options, const Session& session,
                                    const core::StoredValue& result, const Recorded& recorded) {
    const auto& network = session.network.description();
    auto plan = campaign::plan(options.common.settings.campaign, network);
    if (recorded.point >= plan.points.size() || plan.points[recorded.point].key != options.point) {
        throw core::Error(
            core::Fault::input,
            fmt::format("{}: its config makes {} points, and {} isn't the one in this "
                        "place; was the file changed?",
                        recorded.trial.where(), plan.points.size(), options.point));
    }
    survey(plan, session.network);
    if (options.run >= campaign::pilot(plan).end())
        campaign::allocate(plan, network, stored_pilot(result, recorded, plan));
    return campaign::trials(plan, network, options.run);
}

void require_listed(const ReplayOptions& options, const std::string& listed,
                    const std::vector<evaluation::Trial>& trials, const Recorded& recorded,
                    const network::Network& network) {
    evaluation::GoldenWords words(network);
    const auto drawn = report::fault_rows(options.run, recorded.place, trials[recorded.point].added,
                                          added_changes(trials, recorded.point, words));
    if (listed == drawn) return;
    throw core::Error(core::Fault::integrity,
                      fmt::format("{}: the listed faults of run {}, {} are not those that its "
                                  "config draws",
                                  options.result, options.run, options.point));
}

evaluation::Tally measure(const Session& session, ProgressStyle style, int run,
                          const evaluation::Trial& trial) {
    Measurement measurement(session, style, 1);
    if (session.images_per_run > 0) measurement.rewind(run);
    evaluation::Tally tally;
    while (measurement.next_block()) tally += measurement.trials({&trial, 1}).front();
    return tally;
}

ExitCode compare(const core::StoredValue& recorded, const core::Json& found,
                 const std::string& hint) {
    bool equal = true;
    fmt::print("{:<12}{:>12}{:>12}\n", "", "recorded", "measured");
    for (const auto& [name, value] : found.items()) {
        const auto before = recorded[name].count();
        const bool same = core::Json(before) == value;
        equal = equal && same;
        fmt::print("{:<12}{:>12}{:>12}{}\n", name, before, value.dump(), same ? "" : "  differs");
    }
    if (equal) return ExitCode::done;
    throw core::Error(core::Fault::integrity,
                      fmt::format("{}: other counts were measured now{}", recorded.where(),
                                  hint.empty() ? "" : fmt::format(" ({})", hint)));
}

ExitCode replay(ReplayOptions& options) {
    const SignalScope signals;
    const auto path = result_path(options.result);
    const auto json = read_result(path);
    const core::StoredValue result(path.string(), json);
    auto& settings = options.common.settings;
    options.common.fill_settings(
        Source{result["config"].json(), path.string() + ": config", core::Fault::input});
    const auto recorded = find_trial(result, options.run, options.point);
    const auto listed = listed_rows(read_faults(result, path), recorded.trial);
    const auto place = recorded.format["file"].text();
    require_there(settings_of(settings.network, place).model,
                  place == "network.model" ? "model" : "quantized", result);
    require_there(settings.dataset.images, "images", result);

    // The reference itself is the best judge of a recorded trial.
    settings.evaluation.method = evaluation::Method::whole;
    const auto session =
        open_session(settings, load_network(settings, place), options.common.progress);
    require_same_inputs(result, recorded.format, session);
    const auto trials = draw(options, session, result, recorded);
    require_listed(options, listed, trials, recorded, session.network);
    const evaluation::Trial alone{
        evaluation::Trial::golden,
        evaluation::effects(trials, static_cast<std::int32_t>(recorded.point))};
    return compare(
        recorded.trial["tally"],
        report::tally_json(measure(session, options.common.progress, options.run, alone)),
        differing_surroundings(result, session.environment));
}

}  // namespace

Action add_replay(CLI::App& app) {
    auto options = std::make_shared<ReplayOptions>();
    options->common.add_to(
        app, {{"network", "dataset", "evaluation", "cache"}, {}, own_options(*options), "result"});
    return [options, &app] {
        options->common.begin(app);
        return replay(*options);
    };
}

}  // namespace faultline::cli
