// A campaign from settings to files: everything that can be wrong is found before anything is
// measured; what is measured goes to the journal record by record; when that is whole, the result
// is written. Started again, it goes on where the journal ends. Of the formats one after another is
// measured, so that one network at a time needs memory.

#include <faultline/core/error.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "bookkeeping.h"
#include "campaign_folder.h"
#include "common.h"
#include "decisions.h"
#include "format_bench.h"
#include "format_inputs.h"
#include "gates.h"
#include "interrupt.h"
#include "session.h"
#include "slurm.h"
#include "stored_networks.h"
#include "subcommands.h"
#include "sweep_choice.h"

namespace faultline::cli {
namespace {

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

/// What all formats have in common.
struct Surroundings {
    CampaignFolder& folder;
    ProgressStyle style;
    std::optional<campaign::Ledger> known;  ///< all shards' earlier rounds
};

/// What a campaign came to in this process.
struct Done {
    std::vector<report::FormatInputs> formats;  ///< none where records are still to come
    std::vector<Measured> measured;
    bool is_new = false;  ///< something was measured that wasn't recorded before
};

void tell_of_records(CampaignFolder& folder) {
    const auto& ledger = folder.ledger();
    if (ledger.record_count() == 0) return;
    const auto own = campaign::share(folder.header().shard, {0, ledger.coverage().extent().runs});
    spdlog::warn("{}: {}", folder.journal().string(),
                 ledger.coverage().gap(own).empty()
                     ? "holds all records already"
                     : fmt::format("going on after {} records", ledger.record_count()));
}

/// The round to be measured now, if any.
std::optional<campaign::Runs> next_round(const FormatTask& task, const Progressed& progressed) {
    if (progressed.is_decided) return {};
    for (const auto& round : campaign::rounds(task.plan.settings))
        if (round.first == progressed.runs.end()) return round;
    return {};
}

/// Round by round, until nothing follows or other shards' records are needed.
Progressed measure_rounds(const FormatTask& task, const Session& session, const Settings& settings,
                          const Surroundings& surroundings, Done& done) {
    auto& folder = surroundings.folder;
    std::optional<FormatBench> bench;
    const auto known = [&]() -> const campaign::Ledger& {
        return surroundings.known ? *surroundings.known : folder.ledger();
    };
    auto progressed = decide(task.plan, session.network, task.place, known());
    while (const auto round = next_round(task, progressed)) {
        const auto own = campaign::share(task.shard, *round);
        const bool is_new = !folder.ledger().coverage().done(task.place, own);
        if (is_new) {
            if (!bench) bench.emplace(task, session, settings, surroundings.style, folder);
            bench->measure(own);
        }
        if (task.shard.count > 1) break;
        progressed = decide(task.plan, session.network, task.place, known(), progressed);
    }
    if (bench) done.measured.push_back(bench->close());
    done.is_new = done.is_new || bench;
    return progressed;
}

Done measure_formats(Settings& settings, StoredNetworks& networks,
                     std::vector<campaign::Plan> plans, ProgressStyle style,
                     CampaignFolder& folder) {
    settle_batch(settings, networks);
    const auto shard = campaign::parse_shard(settings.output.shard);
    Done done;
    Surroundings surroundings{folder, style, {}};
    for (std::size_t i = 0; i < plans.size(); ++i) {
        const auto& stored = networks.chosen()[i];
        const auto session = open_session(settings, networks.take(stored), style);
        if (i == 0) {
            folder.open(describe_campaign(settings, session, networks.chosen(), plans));
            tell_of_records(folder);
            if (!settings.output.known.empty())
                surroundings.known = read_known(settings.output.known, folder.header());
        }
        survey(plans[i], session.network);
        const FormatTask task{plans[i], static_cast<int>(i), shard,
                              plans.size() > 1 ? plans[i].format : ""};
        const auto progressed = measure_rounds(task, session, settings, surroundings, done);
        if (shard.count > 1) continue;
        done.formats.push_back(
            format_inputs(plans[i], stored, session.network,
                          folder.ledger().outcome(static_cast<int>(i), progressed.runs)));
    }
    return done;
}

void finish_shard(CampaignFolder& folder) {
    const auto& coverage = folder.ledger().coverage();
    int count = 0;
    for (int run = 0; run < coverage.extent().runs; ++run) count += coverage.done(0, {run, 1});
    fmt::print(
        "shard {}/{}: {} of {} runs are recorded in {}; join all shards with\n"
        "faultline merge FOLDER... -o FOLDER\n",
        folder.header().shard.index, folder.header().shard.count, count, coverage.extent().runs,
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
        finish_shard(folder);
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
