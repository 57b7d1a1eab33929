#include <faultline/campaign/execute.h>
#include <faultline/campaign/plan.h>
#include <faultline/campaign/summary.h>
#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <faultline/core/hash.h>
#include <faultline/evaluation/evaluator.h>
#include <faultline/report/result.h>
#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <memory>

#include "common.h"
#include "interrupt.h"
#include "session.h"
#include "subcommands.h"
#include "version.h"

namespace faultline::cli {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// All runs' trials, and what their effects do to the words: the explicit fault list.
struct FaultList {
    std::vector<std::vector<evaluation::Trial>> trials;
    std::vector<std::vector<std::vector<evaluation::WordChange>>> changes;
};

struct Measured {
    campaign::Outcome outcome;
    evaluation::Work work;
    double seconds = 0;
};

void require_free_output(const OutputSettings& output) {
    core::require_writable_folder(output.output);
    const auto result = fs::path(output.output) / report::result_file;
    if (output.force || !fs::exists(result)) return;
    throw core::Error(
        core::Fault::usage,
        fmt::format("{} is there already; give another --output, or --force to overwrite it",
                    result.string()));
}

/// What each effect a trial adds changes, after its ancestors' have struck.
std::vector<std::vector<evaluation::WordChange>> changes_of(
    const std::vector<evaluation::Trial>& trials, evaluation::GoldenWords& words) {
    std::vector<std::vector<evaluation::WordChange>> changes;
    for (std::size_t index = 0; index < trials.size(); ++index) {
        const auto all =
            words.predict(evaluation::effects(trials, static_cast<std::int32_t>(index)));
        const auto added = static_cast<std::ptrdiff_t>(trials[index].added.size());
        changes.emplace_back(all.end() - added, all.end());
    }
    return changes;
}

FaultList list_faults(const campaign::Plan& plan, const network::Network& network) {
    FaultList list;
    evaluation::GoldenWords words(network);
    for (int run = 0; run < plan.settings.runs; ++run) {
        list.trials.push_back(campaign::trials(plan, network.description(), run));
        list.changes.push_back(changes_of(list.trials.back(), words));
    }
    return list;
}

Measured measure(const campaign::Plan& plan, const Session& session, const Common& common) {
    const auto start = Clock::now();
    const int batch = common.settings.evaluation.batch;
    const auto trials = 2 + static_cast<std::int64_t>(plan.points.size()) * plan.settings.runs;
    Progress progress(progress_style(common.progress), trials * block_count(session.images, batch));
    evaluation::Evaluator evaluator([&] {
        progress.step();
        stop_if_interrupted();
    });
    dataset::Stream stream(session.images, batch, session.threads);
    const auto measure_next = [&](std::span<const evaluation::Trial> block_trials) {
        const auto block = stream.next();
        if (!block) return std::vector<evaluation::Tally>();
        return evaluator.measure({session.network, {}}, *block,
                                 session.images.settings().preprocessing, block_trials);
    };
    auto outcome = campaign::execute(plan, session.network.description(), measure_next);
    const std::chrono::duration<double> seconds = Clock::now() - start;
    return {std::move(outcome), evaluator.work(), seconds.count()};
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
    return {{"started", started},
            {"finished", utc_now()},
            {"measuring_seconds", measured.seconds},
            {"seconds_per_trial", measured.seconds / static_cast<double>(std::max<std::int64_t>(
                                                         1, measured.work.trials))}};
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

/// The result last: where it is, everything is.
void write_files(const OutputSettings& output, const report::Inputs& inputs) {
    const fs::path folder = output.output;
    const auto faults = report::faults_csv(inputs);
    core::write_file(folder / report::faults_file, faults);
    if (output.csv) core::write_file(folder / report::points_file, report::points_csv(inputs));
    core::write_file(folder / report::result_file,
                     core::to_text(report::result(inputs, core::sha256(faults))));
}

ExitCode run_campaign(Common& common) {
    catch_signals();
    auto& settings = common.settings;
    require_free_output(settings.output);
    const auto session = open_session(settings);
    const auto& network = session.network;
    const auto plan = campaign::plan(settings.campaign, network.description());

    const auto started = utc_now();
    const auto weights = network.weights_sha256();
    auto list = list_faults(plan, network);
    const auto measured = measure(plan, session, common);
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
    write_files(settings.output, inputs);
    fmt::print("{}\nresult: {}\n", report::table(inputs),
               (fs::path(settings.output.output) / report::result_file).string());
    return ExitCode::done;
}

}  // namespace

Action add_run(CLI::App& app) {
    auto common = std::make_shared<Common>();
    common->add_to(app, {"network", "dataset", "campaign", "evaluation", "output"});
    return [common, &app] {
        common->resolve(app);
        return run_campaign(*common);
    };
}

}  // namespace faultline::cli
