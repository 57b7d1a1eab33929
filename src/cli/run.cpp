// A campaign from settings to files: everything that can be wrong is found before anything is
// measured; what is measured goes to the journal record by record; when that is whole, the result
// is written. Started again, it goes on where the journal ends. Of the formats one after another is
// measured, so that one network at a time needs memory.

#include <faultline/campaign/execute.h>
#include <faultline/core/error.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "bookkeeping.h"
#include "campaign_folder.h"
#include "common.h"
#include "format_inputs.h"
#include "gates.h"
#include "interrupt.h"
#include "measurement.h"
#include "session.h"
#include "slurm.h"
#include "stored_networks.h"
#include "subcommands.h"
#include "sweep_choice.h"

namespace faultline::cli {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_now() {
    return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
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

void tell_of_lost_memory(const Session& session, const evaluation::MemoryPlan& plan) {
    if (plan.kept_count == session.plan.kept_count) return;
    spdlog::warn(
        "memory ran out, since the device has less than was planned with ({}): {} of {} values "
        "were kept in the end; trials took longer, the counts are the same",
        evaluation::bytes_text(session.plan.bytes), plan.kept_count, plan.wanted_count);
}

void require_same_weights(const std::string& before, const std::string& after,
                          const std::string& journal) {
    if (before == after) return;
    throw core::Error(core::Fault::integrity,
                      fmt::format("the weights' SHA-256 was {} before the campaign and is {} after "
                                  "it; no result was written, and {} must not be trusted",
                                  before, after, journal));
}

/// Measures, and tells beside each measurement what was looked at meanwhile.
class Checked {
 public:
    Checked(const network::Network& network, Measurement& measurement)
        : network_(network), measurement_(measurement), weights_(network.weights_checksum()) {}

    campaign::Measured operator()(const campaign::BlockTrials& block) {
        const auto before = checks();
        campaign::Measured measured{measurement_.trials(block.trials, block.checked), checks(),
                                    network_.weights_checksum()};
        measured.checks -= before;
        if (measured.weights == weights_) return measured;
        throw core::Error(core::Fault::integrity,
                          "the weights aren't those from before the trials: a fault stayed; "
                          "nothing of these trials was recorded");
    }

 private:
    campaign::Checks checks() const {
        const auto& work = measurement_.work();
        return {work.trials_checked, work.checks.words_read_back, work.checks.words_restored};
    }

    const network::Network& network_;
    Measurement& measurement_;
    std::uint64_t weights_;
};

/// One format's place in a campaign.
struct FormatTask {
    const campaign::Plan& plan;
    int place = 0;
    campaign::Runs runs;
    std::string name;  ///< for the progress, where there are several formats
};

std::int64_t missing_runs(const campaign::Coverage& coverage, const FormatTask& task) {
    std::int64_t count = 0;
    for (int block = 0; block < coverage.extent().blocks; ++block)
        for (const auto& runs : coverage.missing(task.place, block, task.runs)) count += runs.count;
    return count;
}

Measured measure(const FormatTask& task, const Session& session, const Settings& settings,
                 ProgressStyle style, CampaignFolder& folder) {
    const auto points = std::ssize(task.plan.points);
    const auto& extent = folder.ledger().coverage().extent();
    // Golden before and after.
    Measurement measurement(session, style, 2 + points * task.runs.count, task.name);
    const auto done = std::int64_t{task.runs.count} * extent.blocks -
                      missing_runs(folder.ledger().coverage(), task);
    measurement.skip(done * points);
    const auto& network = session.network;
    const bool whole = session.evaluation.method == evaluation::Method::whole;
    constexpr double half = 0.5;  // a record may take longer than those before it
    campaign::execute({.plan = task.plan,
                       .network = network.description(),
                       .format = task.place,
                       .runs = task.runs,
                       .verify = whole ? 0 : session.evaluation.verify,
                       .record_seconds = half * 60 * settings.output.checkpoint_minutes},
                      {.next_block = [&] { return measurement.next_block(); },
                       .measure = Checked(network, measurement),
                       .keep = [&](const auto& record) { folder.keep(record); },
                       .clock = seconds_now},
                      folder.ledger());
    tell_of_lost_memory(session, measurement.plan());
    return {task.plan.format,
            describe_work(network.description(), session.evaluation, measurement.work(),
                          measurement.plan()),
            measurement.work().seconds, measurement.plan()};
}

/// What a campaign came to in this process.
struct Done {
    std::vector<report::FormatInputs> formats;  ///< none of a shard's
    std::vector<Measured> measured;
    bool is_new = false;  ///< something was measured that wasn't recorded before
    campaign::Runs runs;
};

void tell_of_records(CampaignFolder& folder, const campaign::Runs& runs) {
    const auto& ledger = folder.ledger();
    if (ledger.record_count() == 0) return;
    const auto gap = ledger.coverage().gap(runs);
    spdlog::warn("{}: {}", folder.journal().string(),
                 gap.empty() ? "holds all records already"
                             : fmt::format("going on after {} records", ledger.record_count()));
}

Done measure_formats(Settings& settings, StoredNetworks& networks,
                     const std::vector<campaign::Plan>& plans, ProgressStyle style,
                     CampaignFolder& folder) {
    settle_batch(settings, networks);
    const auto shard = campaign::parse_shard(settings.output.shard);
    Done done;
    done.runs = campaign::share(shard, settings.campaign.runs);
    for (std::size_t i = 0; i < plans.size(); ++i) {
        const auto& stored = networks.chosen()[i];
        const auto session = open_session(settings, networks.take(stored), style);
        if (i == 0) {
            folder.open(describe_campaign(settings, session, networks.chosen(), plans));
            tell_of_records(folder, done.runs);
        }
        const FormatTask task{plans[i], static_cast<int>(i), done.runs,
                              plans.size() > 1 ? plans[i].format : ""};
        if (missing_runs(folder.ledger().coverage(), task) > 0) {
            const auto before = session.network.weights_sha256();
            done.measured.push_back(measure(task, session, settings, style, folder));
            require_same_weights(before, session.network.weights_sha256(),
                                 folder.journal().string());
            done.is_new = true;
        }
        if (shard.count > 1) continue;
        done.formats.push_back(
            format_inputs(plans[i], stored, session.network,
                          folder.ledger().outcome(static_cast<int>(i), done.runs)));
    }
    return done;
}

void finish_shard(const CampaignFolder& folder, const Done& done, int runs) {
    fmt::print(
        "shard {}/{}: {} of {} runs are recorded in {}; join all shards with\n"
        "faultline merge FOLDER... -o FOLDER\n",
        folder.header().shard.index, folder.header().shard.count, done.runs.count, runs,
        folder.journal().string());
}

ExitCode finish(CampaignFolder& folder, const Settings& settings, Done done,
                const std::vector<campaign::Gate>& gates) {
    auto timing = describe_timing(folder.header().started, folder.ledger(), done.measured);
    auto inputs =
        inputs_of(folder, settings.evaluation.method, std::move(timing), std::move(done.formats));
    inputs.gates = gates;
    const bool is_written = !done.is_new && folder.holds_result_of(report::campaign_sha256(inputs));
    const auto result = is_written ? folder.judge_again(gates) : folder.write(inputs);
    fmt::print("{}\n", report::table(inputs));
    const auto code = settle_gates(settings.gates, gates, result);
    fmt::print("result: {}\n", folder.result().string());
    return code;
}

/// "slurm" becomes the place in the job array.
void settle_shard(std::string& shard) {
    if (shard == "slurm") {
        const auto place = slurm_array_place();
        shard = fmt::format("{}/{}", place.index + 1, place.count);
    }
    campaign::parse_shard(shard);
}

ExitCode run_campaign(Common& common) {
    const SignalScope signals;
    auto& settings = common.settings;
    settle_shard(settings.output.shard);
    const auto gates = read_gates(settings.gates);
    CampaignFolder folder(settings.output);
    try {
        StoredNetworks networks(settings);
        const auto plans = plans_of(settings.campaign, networks);
        require_judgeable(gates, plans, networks);
        auto done = measure_formats(settings, networks, plans, common.progress, folder);
        if (folder.header().shard.count == 1)
            return finish(folder, settings, std::move(done), gates);
        finish_shard(folder, done, settings.campaign.runs);
    } catch (const Interrupted&) {
        throw Resumable(folder.has_begun() ? folder.journal().string() : "");
    }
    return ExitCode::done;
}

}  // namespace

Action add_run(CLI::App& app) {
    auto common = std::make_shared<Common>();
    auto choice = std::make_shared<SweepChoice>();
    common->add_to(app,
                   {{"network", "dataset", "campaign", "evaluation", "output", "gates", "cache"},
                    {},
                    options(*choice)});
    return [common, choice, &app] {
        common->begin(app);
        fill_settings(*common, *choice);
        return run_campaign(*common);
    };
}

}  // namespace faultline::cli
