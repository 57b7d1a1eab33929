// Journals of a campaign's shards to one journal and its result. The journals are read line by
// line; what is kept in memory is what the result needs. Nothing is measured.

#include <faultline/core/error.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "bookkeeping.h"
#include "campaign_folder.h"
#include "common.h"
#include "decisions.h"
#include "format_inputs.h"
#include "gates.h"
#include "interrupt.h"
#include "stored_networks.h"
#include "subcommands.h"

namespace faultline::cli {
namespace {

namespace fs = std::filesystem;

struct MergeOptions {
    Common common;
    std::vector<std::string> folders;
    bool result = true;
};

/// A shard's journal.
struct Part {
    fs::path path;
    CampaignHeader header;
};

Part read_header(const std::string& folder) {
    const auto path = fs::path(folder) / campaign::journal_file;
    return {path, header_of(campaign::journal_campaign(path), path.string())};
}

void require_same_campaign(const Part& first, const Part& other) {
    const auto difference =
        core::first_difference(comparable(first.header), comparable(other.header));
    if (difference.empty()) return;
    throw core::Error(core::Fault::input,
                      fmt::format("{} is of another campaign than {}: {}", other.path.string(),
                                  first.path.string(), difference));
}

std::vector<Part> read_parts(const std::vector<std::string>& folders) {
    if (folders.empty())
        throw core::Error(core::Fault::usage, "merge: give the folders of the shards");
    std::vector<Part> parts;
    for (const auto& folder : folders) {
        parts.push_back(read_header(folder));
        require_same_campaign(parts.front(), parts.back());
    }
    return parts;
}

/// The whole campaign, begun when its first shard was.
CampaignHeader whole(const std::vector<Part>& parts) {
    auto header = parts.front().header;
    header.shard = {};
    for (const auto& part : parts) header.started = std::min(header.started, part.header.started);
    return header;
}

/// What the shards were begun with: the config, and gates that nothing could be held against yet.
Source stored_settings(const Part& part) {
    auto config = part.header.config;
    config["gates"]["gate"] = part.header.gates;
    return {std::move(config), part.path.string() + ": config", core::Fault::integrity};
}

void copy(const Part& part, campaign::Journal& journal, campaign::Ledger& ledger) {
    const auto add = [&](const campaign::Record& record) {
        try {
            ledger.add(record);
        } catch (const core::Error& error) {
            throw core::Error(core::Fault::input, fmt::format("{}: {}; is a shard given twice?",
                                                              part.path.string(), error.what()));
        }
        journal.append(record);
        stop_if_interrupted();
    };
    campaign::read_journal(
        part.path, [](const auto&) {}, add);
}

/// Rounds are whole as far as there are any; of a campaign without rounds, everything is.
void require_whole_rounds(const campaign::Ledger& ledger, const campaign::Settings& settings,
                          const std::vector<Part>& parts) {
    const auto& coverage = ledger.coverage();
    std::string gap;
    for (const auto& round : campaign::rounds(settings)) {
        if (round.first > 0 && !coverage.any(round)) return;
        gap = coverage.gap(round);
        if (!gap.empty()) break;
    }
    if (gap.empty()) return;
    throw core::Error(core::Fault::input,
                      fmt::format("{} are in none of the {} journals; is a shard missing, or not "
                                  "done yet?",
                                  gap, parts.size()));
}

void require_same_model(const StoredNetwork& stored, const core::Json& format,
                        const fs::path& journal) {
    const auto& found = stored.description.model_sha256;
    if (format.at("model_sha256") == found && format.at("name") == stored.format()) return;
    throw core::Error(
        core::Fault::input,
        fmt::format("{}: SHA-256 {}, but {} was measured ({}); give the same file "
                    "with --model",
                    stored.path, found, format.at("model_sha256").dump(), journal.string()));
}

/// None where another round must be measured first.
std::vector<report::FormatInputs> formats_of(Settings& settings, CampaignFolder& folder) {
    settings.network.device = "cpu";  // weights are looked at, nothing is computed
    StoredNetworks networks(settings);
    auto plans = plans_of(settings.campaign, networks);
    const auto& header = folder.header();
    std::vector<report::FormatInputs> formats;
    for (std::size_t i = 0; i < plans.size(); ++i) {
        const auto& stored = networks.chosen()[i];
        require_same_model(stored, header.formats.at(i), folder.journal());
        auto network = networks.take(stored);
        network.measure_shapes(header.shape);
        survey(plans[i], network);
        const auto format = static_cast<int>(i);
        const auto progressed = decide(plans[i], network, format, folder.ledger());
        if (!progressed.is_decided) return {};
        formats.push_back(format_inputs(plans[i], stored, network,
                                        folder.ledger().outcome(format, progressed.runs)));
    }
    return formats;
}

ExitCode tell_of_next_round(const CampaignFolder& folder) {
    fmt::print(
        "journal: {}\nanother round is needed: run every shard again with --known {}, then merge "
        "all again\n",
        folder.journal().string(), folder.journal().parent_path().string());
    return ExitCode::gate_failed;  // as collect where cells are missing
}

ExitCode merge(MergeOptions& options) {
    const SignalScope signals;
    const auto parts = read_parts(options.folders);
    options.common.fill_settings(stored_settings(parts.front()));
    auto& settings = options.common.settings;
    const auto gates = read_gates(settings.gates);
    CampaignFolder folder(settings.output);
    folder.make(whole(parts), [&](campaign::Journal& journal, campaign::Ledger& ledger) {
        for (const auto& part : parts) copy(part, journal, ledger);
        require_whole_rounds(ledger, settings.campaign, parts);
    });
    if (!options.result) {
        fmt::print("journal: {}\n", folder.journal().string());
        return ExitCode::done;
    }
    auto formats = formats_of(settings, folder);
    if (formats.empty()) return tell_of_next_round(folder);
    auto inputs = inputs_of(folder, settings.evaluation.method,
                            describe_timing(folder.header().started, folder.ledger(), {}),
                            std::move(formats));
    inputs.gates = gates;
    const auto result = folder.write(inputs);
    fmt::print("{}\n", report::table(inputs));
    const auto code = settle_gates(settings.gates, gates, result);
    fmt::print("result: {}\n", folder.result().string());
    return code;
}

}  // namespace

Action add_merge(CLI::App& app) {
    auto options = std::make_shared<MergeOptions>();
    app.add_option("FOLDER", options->folders, "folders of all shards, in any order")
        ->type_name("FOLDER...")
        ->group("merge");
    const core::Section own = {
        "merge",
        {core::option(
            "result", options->result,
            "write the result; without it only the joined journal, from which `run` makes "
            "the result later")}};
    options->common.add_to(
        app, {{"network", "output", "gates"}, {"device", "checkpoint_minutes", "shard"}, own, ""});
    return [options, &app] {
        options->common.begin(app);
        return merge(*options);
    };
}

}  // namespace faultline::cli
