// A campaign from settings to files: everything that can be wrong is found before anything is
// measured, and nothing is written before everything is. Of the formats one after another is
// measured, so that one network at a time needs memory.

#include <faultline/campaign/execute.h>
#include <faultline/campaign/plan.h>
#include <faultline/campaign/summary.h>
#include <faultline/core/error.h>
#include <faultline/report/result.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "bookkeeping.h"
#include "common.h"
#include "fault_list.h"
#include "interrupt.h"
#include "measurement.h"
#include "output.h"
#include "session.h"
#include "stored_networks.h"
#include "subcommands.h"
#include "sweep_choice.h"
#include "version.h"

namespace faultline::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// Every format's. Throws core::Error(usage) before any image is looked at.
std::vector<campaign::Plan> plans(const Settings& settings, const StoredNetworks& networks) {
    std::vector<campaign::Plan> all;
    for (const auto& stored : networks.chosen())
        all.push_back(campaign::plan(settings.campaign, stored.description));
    return all;
}

/// The batch is part of the campaign's identity: one for all formats, in which each fits.
void settle_batch(Settings& settings, StoredNetworks& networks) {
    if (networks.chosen().size() == 1) return;  // opening its session settles it
    int batch = 0;
    for (const auto& stored : networks.chosen()) {
        auto network = networks.take(stored);
        const int fitting = fitting_batch(settings, network);
        batch = batch == 0 ? fitting : std::min(batch, fitting);
    }
    settings.evaluation.batch = batch;
}

/// How progress is shown.
struct Shown {
    ProgressStyle style;
    std::string task;  ///< the format's name where there are several
};

Measured measure(const campaign::Plan& plan, const Session& session, const Shown& shown) {
    const auto start = Clock::now();
    // Golden before and after.
    const auto trials = 2 + std::ssize(plan.points) * plan.settings.runs;
    Measurement measurement(session, shown.style, trials, shown.task);
    Measured measured{{}, {}, {}, session.evaluation, 0};
    measured.outcome = campaign::execute(
        plan, session.network.description(), measured.whole() ? 0 : session.evaluation.verify,
        [&](const auto& block) { return measurement.trials(block.trials, block.checked); });
    measured.work = measurement.work();
    measured.plan = measurement.plan();
    measured.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return measured;
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

/// What the report needs of a format's session, which can be closed then.
report::FormatInputs measure_format(const campaign::Plan& plan, const StoredNetwork& stored,
                                    const Session& session, const Shown& shown,
                                    std::vector<Measured>& all) {
    const auto& network = session.network;
    const auto weights = network.weights_sha256();
    auto list = list_faults(plan, network);
    const auto& measured = all.emplace_back(measure(plan, session, shown));
    tell_of_lost_memory(session, measured.plan);
    require_same_weights(weights, network.weights_sha256());
    return {plan,
            network.description(),
            measured.outcome,
            campaign::summarize(plan, network.description(), measured.outcome),
            std::move(list.trials),
            std::move(list.changes),
            stored.place,
            weights,
            describe_work(network.description(), measured)};
}

report::Inputs measure_formats(Settings& settings, StoredNetworks& networks,
                               const std::vector<campaign::Plan>& plans, ProgressStyle style) {
    settle_batch(settings, networks);
    report::Inputs inputs;
    inputs.tool = {{"version", version()}, {"commit", commit()}};
    std::vector<Measured> measured;
    const auto started = utc_now();
    for (std::size_t i = 0; i < plans.size(); ++i) {
        const auto& stored = networks.chosen()[i];
        const auto session = open_session(settings, networks.take(stored), style);
        if (i == 0) {
            inputs.environment = session.environment;
            inputs.images = describe_images(session.images);
        }
        const Shown shown{style, plans.size() > 1 ? plans[i].format : ""};
        inputs.formats.push_back(measure_format(plans[i], stored, session, shown, measured));
    }
    inputs.config = core::values(echoed_sections(settings));
    inputs.sweep = settings.sweep;
    inputs.verification = describe_verification(measured);
    inputs.timing = describe_timing(started, measured);
    return inputs;
}

ExitCode run_campaign(Common& common) {
    const SignalScope signals;
    auto& settings = common.settings;
    const OutputFolder output(settings.output);
    StoredNetworks networks(settings);
    const auto inputs =
        measure_formats(settings, networks, plans(settings, networks), common.progress);
    output.write(inputs);
    fmt::print("{}\nresult: {}\n", report::table(inputs), output.result().string());
    return ExitCode::done;
}

}  // namespace

Action add_run(CLI::App& app) {
    auto common = std::make_shared<Common>();
    auto choice = std::make_shared<SweepChoice>();
    common->add_to(app, {{"network", "dataset", "campaign", "evaluation", "output", "cache"},
                         {},
                         options(*choice)});
    return [common, choice, &app] {
        common->begin(app);
        fill_settings(*common, *choice);
        return run_campaign(*common);
    };
}

}  // namespace faultline::cli
