// A campaign from settings to files: everything that can be wrong is found before anything is
// measured, and nothing is written before everything is.

#include <faultline/campaign/execute.h>
#include <faultline/campaign/plan.h>
#include <faultline/campaign/summary.h>
#include <faultline/core/error.h>
#include <faultline/report/result.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

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
    evaluation::MemoryPlan plan;  ///< as it was in the end
    double seconds = 0;
};

bool is_whole(const Session& session) {
    return session.evaluation.method == evaluation::Method::whole;
}

/// Whole evaluation is the reference's own: there is nothing it could be checked against.
double verified_share(const Session& session) {
    return is_whole(session) ? 0 : session.evaluation.verify;
}

Measured measure(const campaign::Plan& plan, const Session& session, ProgressStyle style) {
    const auto start = Clock::now();
    // Golden before and after.
    const auto trials = 2 + std::ssize(plan.points) * plan.settings.runs;
    Measurement measurement(session, style, trials);
    auto outcome = campaign::execute(
        plan, session.network.description(), verified_share(session),
        [&](const auto& block) { return measurement.trials(block.trials, block.checked); });
    const std::chrono::duration<double> seconds = Clock::now() - start;
    return {std::move(outcome), measurement.work(), measurement.plan(), seconds.count()};
}

void tell_of_lost_memory(const Session& session, const evaluation::MemoryPlan& plan) {
    if (plan.kept_count == session.plan.kept_count) return;
    spdlog::warn(
        "memory ran out, since the device has less than was planned with ({}): {} of {} values "
        "were kept in the end; trials took longer, the counts are the same",
        evaluation::bytes_text(session.plan.bytes), plan.kept_count, plan.wanted_count);
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

core::Json phases(const evaluation::Phases& seconds) {
    return {{"golden", seconds.golden},
            {"probe", seconds.probe},
            {"trials", seconds.trials},
            {"verify", seconds.verify}};
}

core::Json memory(const evaluation::MemoryPlan& plan) {
    return {{"budget_bytes", plan.budget_bytes},
            {"expected_bytes", plan.bytes},
            {"kept_bytes", plan.kept_bytes}};
}

core::Json timing(const std::string& started, const Measured& measured) {
    const auto trials = std::max<std::int64_t>(1, measured.work.trials);
    return {{"started", started},
            {"finished", utc_now()},
            {"measuring_seconds", measured.seconds},
            {"seconds_per_trial", measured.seconds / static_cast<double>(trials)},
            {"phase_seconds", phases(measured.work.seconds)},
            {"memory", memory(measured.plan)}};
}

core::Json verification(const Session& session, const evaluation::Work& work) {
    core::Json checked = nullptr, differences = nullptr;
    if (!is_whole(session)) {
        checked = work.trials_checked;
        differences = 0;  // one would have ended the campaign
    }
    return {{"trials_checked", checked},
            {"differences", differences},
            {"flips_read_back", work.checks.words_read_back},
            {"restores_checked", work.checks.words_restored}};
}

core::Json layer_tiers(const network::Description& network, const evaluation::Work& work) {
    core::Json layers = core::Json::array();
    for (std::size_t layer = 0; layer < work.layers.size(); ++layer) {
        layers.push_back({{"layer", network.layers[layer].name},
                          {"full", work.layers[layer].full},
                          {"block", work.layers[layer].block},
                          {"block_width", work.layers[layer].block_width}});
    }
    return layers;
}

core::Json describe_work(const Session& session, const Measured& measured) {
    const auto& work = measured.work;
    core::Json tiers = {"whole"};
    if (!is_whole(session)) {
        tiers = {"resume"};
        if (session.evaluation.tiers.block) tiers.push_back("block");
        if (session.evaluation.tiers.drop) tiers.push_back("drop");
        if (session.evaluation.tiers.drop && session.evaluation.tiers.stack)
            tiers.push_back("stack");
    }
    return {{"macs_done", work.macs_done},
            {"macs_whole", work.macs_whole},
            {"tiers", tiers},
            {"layers", layer_tiers(session.network.description(), work)},
            {"images", work.images},
            {"images_dropped", work.images_dropped},
            {"images_stacked", work.images_stacked},
            {"kept_values", measured.plan.kept_count},
            {"wanted_values", measured.plan.wanted_count}};
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
    tell_of_lost_memory(session, measured.plan);
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
                                verification(session, measured.work),
                                describe_work(session, measured),
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
