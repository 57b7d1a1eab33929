// One trial of a result again: from the result's config, with the same network, images and batch,
// every count must come out the same, and the faults must be those of the result's own list.

#include <faultline/campaign/plan.h>
#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <faultline/core/hash.h>
#include <faultline/evaluation/evaluator.h>
#include <faultline/report/result.h>
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "common.h"
#include "interrupt.h"
#include "session.h"
#include "subcommands.h"

namespace faultline::cli {
namespace {

namespace fs = std::filesystem;

struct ReplayOptions {
    Common common;
    std::string result;
    int run = 0;
    std::string point;
};

/// The entry of a list whose `key` is `value`. Throws core::Error(usage) naming the first entries
/// there are.
template <class Value>
std::size_t find_entry(const core::Json& list, const char* key, const Value& value,
                       const std::string& source) {
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i].at(key) == value) return i;
    }
    std::string there;
    for (std::size_t i = 0; i < std::min<std::size_t>(list.size(), 5); ++i)
        there += " " + list[i].at(key).dump();
    throw core::Error(core::Fault::usage, fmt::format("{}: no {} {}; there are{}{}", source, key,
                                                      value, there, list.size() > 5 ? " ..." : ""));
}

void require_same(const std::string& source, const char* what, const core::Json& recorded,
                  const core::Json& found) {
    if (recorded == found) return;
    throw core::Error(core::Fault::input,
                      fmt::format("{}: {} was {}, but is {} now; a replay needs the same", source,
                                  what, recorded.dump(), found.dump()));
}

/// The fault list's rows that belong to a trial, as text.
std::string rows(const std::string& csv, std::size_t first, std::size_t count) {
    std::size_t begin = csv.find('\n') + 1;
    for (; first > 0; --first) begin = csv.find('\n', begin) + 1;
    auto end = begin;
    for (; count > 0; --count) end = csv.find('\n', end) + 1;
    return csv.substr(begin, end - begin);
}

void require_listed_faults(const fs::path& result_path, const core::Json& result,
                           const core::Json& trial, int run, std::size_t point,
                           const std::vector<evaluation::Trial>& trials,
                           const network::Network& network) {
    const auto path = result_path.parent_path() / result.at("faults").at("file").get<std::string>();
    const auto csv = core::read_file(path, 64ULL << 30U);
    require_same(path.string(), "its SHA-256", result.at("faults").at("sha256"), core::sha256(csv));
    const auto all = evaluation::GoldenWords(network).predict(
        evaluation::effects(trials, static_cast<std::int32_t>(point)));
    const auto& added = trials[point].added;
    const std::vector<evaluation::WordChange> changes(
        all.end() - static_cast<std::ptrdiff_t>(added.size()), all.end());
    const auto& range = trial.at("faults");
    const auto listed =
        rows(csv, range.at("first").get<std::size_t>(), range.at("count").get<std::size_t>());
    if (listed == report::fault_rows(run, point, added, changes)) return;
    throw core::Error(
        core::Fault::integrity,
        fmt::format("{}: the faults of run {}, {} are not those that its config draws",
                    path.string(), run, trial.at("key").dump()));
}

evaluation::Tally measure(const Session& session, const Common& common,
                          const evaluation::Trial& trial) {
    const int batch = common.settings.evaluation.batch;
    Progress progress(progress_style(common.progress), block_count(session.images, batch));
    evaluation::Evaluator evaluator([&] {
        progress.step();
        stop_if_interrupted();
    });
    dataset::Stream stream(session.images, batch, session.threads);
    evaluation::Tally tally;
    while (const auto block = stream.next()) {
        tally += evaluator
                     .measure({session.network, {}}, *block,
                              session.images.settings().preprocessing, std::span(&trial, 1))
                     .at(0);
    }
    return tally;
}

ExitCode compare(const core::Json& recorded, const core::Json& found) {
    bool equal = true;
    fmt::print("{:<12}{:>12}{:>12}\n", "", "recorded", "measured");
    for (const auto& [name, value] : recorded.items()) {
        const bool same = found.at(name) == value;
        equal = equal && same;
        fmt::print("{:<12}{:>12}{:>12}{}\n", name, value.dump(), found.at(name).dump(),
                   same ? "" : "  differs");
    }
    if (!equal) fmt::print(stderr, "faultline: the replay differs from the result\n");
    return equal ? ExitCode::done : ExitCode::integrity;
}

ExitCode replay(ReplayOptions& options) {
    catch_signals();
    const fs::path path = fs::is_directory(options.result)
                              ? fs::path(options.result) / report::result_file
                              : fs::path(options.result);
    const auto result = core::read_json(path, 4ULL << 30U);
    auto& settings = options.common.settings;
    core::apply(sections(settings), result.at("config"), path.string());
    core::apply(sections(settings), options.common.flags.given(), "command line");

    const auto run_place = find_entry(result.at("runs"), "run", options.run, path.string());
    const auto& recorded_trials = result.at("runs")[run_place].at("trials");
    const auto point = find_entry(recorded_trials, "key", options.point, path.string());

    const auto session = open_session(settings);
    const auto& identity = result.at("identity");
    const auto images = describe_images(session.images);
    require_same(path.string(), "the model's SHA-256", identity.at("model_sha256"),
                 session.network.description().model_sha256);
    require_same(path.string(), "the images' SHA-256", identity.at("images_sha256"),
                 images.at("images_sha256"));
    require_same(path.string(), "the preprocessing's SHA-256", identity.at("preprocessing_sha256"),
                 images.at("preprocessing_sha256"));

    const auto plan = campaign::plan(settings.campaign, session.network.description());
    const auto trials = campaign::trials(plan, session.network.description(), options.run);
    require_listed_faults(path, result, recorded_trials[point], options.run, point, trials,
                          session.network);
    const evaluation::Trial alone{evaluation::Trial::golden,
                                  evaluation::effects(trials, static_cast<std::int32_t>(point))};
    return compare(recorded_trials[point].at("tally"),
                   report::tally_json(measure(session, options.common, alone)));
}

}  // namespace

Action add_replay(CLI::App& app) {
    auto options = std::make_shared<ReplayOptions>();
    app.add_option("RESULT", options->result, "result.json, or the folder it is in")->required();
    app.add_option("--run", options->run, "which run (from 0)")->type_name("N")->default_str("0");
    app.add_option("--point", options->point, "the point's key, such as indexed/float32/bit=30")
        ->type_name("KEY")
        ->required();
    options->common.add_to(app, {"network", "dataset", "evaluation"});
    return [options, &app] {
        options->common.resolve(app);
        return replay(*options);
    };
}

}  // namespace faultline::cli
