// A campaign from settings to files: everything that can be wrong is found before anything is
// measured, and nothing is written before everything is.

#include <faultline/campaign/execute.h>
#include <faultline/campaign/plan.h>
#include <faultline/campaign/summary.h>
#include <faultline/core/error.h>
#include <faultline/report/result.h>
#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <memory>

#include "common.h"
#include "fault_list.h"
#include "interrupt.h"
#include "measurement.h"
#include "output.h"
#include "session.h"
#include "subcommands.h"
#include "version.h"

namespace faultline::cli {
namespace {

using Clock = std::chrono::steady_clock;

struct Measured {
    campaign::Outcome outcome;
    evaluation::Work work;
    double seconds = 0;
};

Measured measure(const campaign::Plan& plan, const Session& session, ProgressStyle style) {
    const auto start = Clock::now();
    // Golden before and after.
    const auto trials = 2 + std::ssize(plan.points) * plan.settings.runs;
    Measurement measurement(session, style, trials);
    auto outcome = campaign::execute(plan, session.network.description(), [&](auto block_trials) {
        return measurement.trials(block_trials);
    });
    const std::chrono::duration<double> seconds = Clock::now() - start;
    return {std::move(outcome), measurement.work(), seconds.count()};
}

void require_same_weights(const std::string& before, const std::string& after) {
    if (before == after) return;
    throw core::Error(core::Fault::integrity,
                      fmt::format("the weights' SHA-256 was {} before the campaign and is {} after "
                                  "it; nothing was written",
                                  before, after));
}

std::string utc_now() {
    const auto now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

core::Json timing(const std::string& started, const Measured& measured) {
    const auto trials = std::max<std::int64_t>(1, measured.work.trials);
    return {{"started", started},
            {"finished", utc_now()},
            {"measuring_seconds", measured.seconds},
            {"seconds_per_trial", measured.seconds / static_cast<double>(trials)}};
}

core::Json verification(const evaluation::Work& work) {
    // Every trial was measured by the reference itself: there is nothing it could be checked
    // against.
    return {{"trials_checked", nullptr},
            {"differences", nullptr},
            {"flips_read_back", work.checks.words_read_back},
            {"restores_checked", work.checks.words_restored}};
}

core::Json describe_work(const evaluation::Work& work) {
    return {{"macs_done", work.macs_done}, {"macs_whole", work.macs_whole}, {"tiers", {"whole"}}};
}

ExitCode run_campaign(Common& common) {
    const SignalScope signals;
    auto& settings = common.settings;
    const OutputFolder output(settings.output);
    auto loaded = load_network(settings);
    const auto plan = campaign::plan(settings.campaign, loaded.description());
    const auto session = open_session(settings, std::move(loaded), common.progress);
    const auto& network = session.network;

    const auto started = utc_now();
    const auto weights = network.weights_sha256();
    auto list = list_faults(plan, network);
    const auto measured = measure(plan, session, common.progress);
    require_same_weights(weights, network.weights_sha256());

    const auto summary = campaign::summarize(plan, network.description(), measured.outcome);
    const report::Inputs inputs{plan,
                                network.description(),
                                measured.outcome,
                                summary,
                                std::move(list.trials),
                                std::move(list.changes),
                                weights,
                                {{"version", version()}, {"commit", commit()}},
                                session.environment,
                                core::values(echoed_sections(settings)),
                                describe_images(session.images),
                                verification(measured.work),
                                describe_work(measured.work),
                                timing(started, measured)};
    output.write(inputs);
    fmt::print("{}\nresult: {}\n", report::table(inputs), output.result().string());
    return ExitCode::done;
}

}  // namespace

Action add_run(CLI::App& app) {
    auto common = std::make_shared<Common>();
    common->add_to(app, {{"network", "dataset", "campaign", "evaluation", "output", "cache"}});
    return [common, &app] {
        common->begin(app);
        common->fill_settings();
        return run_campaign(*common);
    };
}

}  // namespace faultline::cli
