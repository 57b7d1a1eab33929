// Two results: is the new one worse than chance explains? Whatever makes a point of one another
// thing than that of the other is refused. Where the same faults struck both, run by run, pairs of
// runs are compared, which sees much smaller changes.

#include <faultline/core/bitmap.h>
#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <faultline/report/comparison.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>

#include "common.h"
#include "compared_result.h"
#include "gates.h"
#include "stored_result.h"
#include "subcommands.h"

namespace faultline::cli {
namespace {

namespace fs = std::filesystem;

struct CompareOptions {
    Common common;
    std::vector<std::string> results;  ///< base, new
    campaign::ComparisonSettings comparison;
    bool gates_only = false;
    std::string json;
};

core::Section own_options(CompareOptions& options) {
    return {"compare",
            {core::option("confidence", options.comparison.confidence,
                          "of intervals; the chance of a false alarm is at most what is missing "
                          "to 1",
                          {0.5, 0.999999}),
             core::option("seed", options.comparison.seed,
                          "of random rearrangements, where all are too many to count"),
             core::option("gates_only", options.gates_only,
                          "what is significantly worse is told, but only gates decide"),
             core::option("json", options.json, "write the comparison there", "FILE")}};
}

/// How a point's runs were brought together.
struct Matched {
    campaign::PointPair pair;
    std::string why_unpaired;
};

/// The runs that both have, if the same faults struck in each.
std::optional<campaign::PointPair> paired(const ComparedPoint& base, const ComparedPoint& changed,
                                          std::string& why_not) {
    campaign::PointPair pair{base.key, 0, {}, {}, true};
    for (const auto& [run, trial] : base.runs) {
        const auto other = changed.runs.find(run);
        if (other == changed.runs.end()) continue;
        if (trial.faults != other->second.faults) {
            why_not = fmt::format("run {} of {} has other faults", run, base.key);
            return std::nullopt;
        }
        pair.base.push_back(trial.right);
        pair.changed.push_back(other->second.right);
    }
    if (!pair.base.empty()) return pair;
    why_not = "no run in common";
    return std::nullopt;
}

Matched match(const ComparedPoint& base, const ComparedPoint& changed, bool with_faults) {
    Matched matched;
    if (with_faults) {
        if (auto pair = paired(base, changed, matched.why_unpaired)) return {*pair, ""};
    }
    matched.pair.key = base.key;
    for (const auto& [run, trial] : base.runs) matched.pair.base.push_back(trial.right);
    for (const auto& [run, trial] : changed.runs) matched.pair.changed.push_back(trial.right);
    return matched;
}

const ComparedPoint* find(const std::vector<ComparedPoint>& points, const std::string& key) {
    const auto found = std::find_if(points.begin(), points.end(),
                                    [&](const auto& point) { return point.key == key; });
    return found == points.end() ? nullptr : &*found;
}

std::vector<std::string> own_points(const std::vector<ComparedPoint>& points,
                                    const std::vector<ComparedPoint>& others) {
    std::vector<std::string> own;
    for (const auto& point : points)
        if (find(others, point.key) == nullptr) own.push_back(point.key);
    return own;
}

std::string formats_of(const ComparedResult& result) {
    std::string names;
    for (const auto& format : result.value()["formats"].list())
        names += (names.empty() ? "" : ", ") + format["name"].text();
    return names;
}

report::Compared compared(const ComparedResult& result, const std::vector<ComparedPoint>& points,
                          const std::vector<ComparedPoint>& others) {
    return {result.file().string(), result.value()["identity"]["campaign_sha256"].text(),
            std::ssize(points.front().runs), own_points(points, others)};
}

std::vector<bool> right_images(const core::StoredValue& golden, const core::StoredValue& right) {
    try {
        return core::bits_of(right.text(), golden["before"]["images"].count());
    } catch (const core::Error& error) {
        throw core::Error(core::Fault::input, fmt::format("{}: {}; was the file changed?",
                                                          right.where(), error.what()));
    }
}

campaign::GoldenPair golden_pair(const std::string& format, const std::vector<bool>& base,
                                 const std::vector<bool>& changed) {
    campaign::GoldenPair pair{.format = format, .images = std::ssize(base)};
    for (std::size_t image = 0; image < base.size(); ++image) {
        pair.base += base[image];
        pair.lost += base[image] && !changed[image];
        pair.gained += !base[image] && changed[image];
    }
    return pair;
}

/// None where runs have images of their own: golden of each is part of its run.
std::vector<campaign::GoldenPair> golden_pairs(const ComparedResult& base,
                                               const ComparedResult& changed) {
    std::vector<campaign::GoldenPair> pairs;
    for (const auto& one : base.value()["golden"].list()) {
        for (const auto& other : changed.value()["golden"].list()) {
            const auto was = one.find("right"), is = other.find("right");
            const auto format = one["format"].text();
            if (format != other["format"].text() || !was || !is) continue;
            const auto before = right_images(one, *was), after = right_images(other, *is);
            if (before.size() == after.size()) pairs.push_back(golden_pair(format, before, after));
        }
    }
    return pairs;
}

/// Both campaigns' points, brought together, tested, and told of.
report::ComparisonInputs compare(const ComparedResult& base, const ComparedResult& changed,
                                 const campaign::ComparisonSettings& settings) {
    const auto seeds = [](const ComparedResult& result) {
        return result.value()["config"]["campaign"]["seed"].count();
    };
    const bool same_seed = seeds(base) == seeds(changed);
    const auto ours = compared_points(base, same_seed),
               theirs = compared_points(changed, same_seed);
    report::ComparisonInputs inputs{.base = compared(base, ours, theirs),
                                    .changed = compared(changed, theirs, ours),
                                    .settings = settings};
    if (!same_seed)
        inputs.why_unpaired =
            fmt::format("other faults: seed {}, was {}", seeds(changed), seeds(base));
    const auto images = base.value()["images"]["count"].count();
    std::vector<campaign::PointPair> pairs;
    for (const auto& point : ours) {
        const auto* other = find(theirs, point.key);
        if (other == nullptr) continue;
        auto matched = match(point, *other, same_seed);
        matched.pair.images = static_cast<std::int64_t>(images);
        if (inputs.why_unpaired.empty()) inputs.why_unpaired = matched.why_unpaired;
        if (matched.pair.paired && inputs.paired_points++ == 0)
            inputs.paired_runs = matched.pair.base.size();
        pairs.push_back(std::move(matched.pair));
    }
    if (pairs.empty())
        throw core::Error(
            core::Fault::input,
            fmt::format("{} and {} have no point in common: the formats are {} and {}, the first "
                        "points {} and {}; measure the same points in one format",
                        base.file().string(), changed.file().string(), formats_of(base),
                        formats_of(changed), ours.front().key, theirs.front().key));
    inputs.comparison = campaign::compare(pairs, golden_pairs(base, changed), settings);
    return inputs;
}

/// What gates of a comparison look at: the new result's statistics, and at points that both have
/// the change beside them.
core::Json judged(const ComparedResult& changed, const report::ComparisonInputs& inputs) {
    core::Json result;
    for (const auto* section : {"status", "points", "groups", "strata"})
        if (changed.json().contains(section)) result[section] = changed.json()[section];
    const auto told = report::comparison_json(inputs);
    std::map<std::string, core::Json> changes;
    for (const auto& point : told["points"])
        changes[point["key"].get<std::string>()] = point["top1_change"];
    for (auto& point : result["points"]) {
        const auto found = changes.find(point["key"].get<std::string>());
        if (found != changes.end() && point["statistics"].is_object())
            point["statistics"]["top1_change"] = found->second;
    }
    return result;
}

ExitCode compare(CompareOptions& options) {
    options.common.fill_settings();
    const auto& settings = options.common.settings.gates;
    const auto gates = read_gates(settings);
    if (options.results.size() != 2)
        throw core::Error(
            core::Fault::usage,
            fmt::format("compare: give two results, BASE and NEW, not {}", options.results.size()));
    if (options.gates_only && gates.empty())
        throw core::Error(core::Fault::usage, "--gates-only: give a --gate to decide by");
    const ComparedResult base(options.results[0]), changed(options.results[1]);
    for (const auto& file : {settings.junit, settings.markdown, options.json})
        for (const auto* result : {&base, &changed}) require_other_file(file, result->file());
    require_comparable(base, changed);
    auto inputs = compare(base, changed, options.comparison);
    inputs.gates_only = options.gates_only;
    const auto result = judged(changed, inputs);
    inputs.gates = report::judge(gates, result);
    report::require_values(inputs.gates, result);
    if (!options.json.empty())
        core::write_file(options.json, core::to_text(report::comparison_json(inputs)));
    write_tests(settings, "faultline compare", report::comparison_tests(inputs));
    fmt::print("{}", report::comparison_text(inputs));
    return inputs.passes() ? ExitCode::done : ExitCode::gate_failed;
}

}  // namespace

Action add_compare(CLI::App& app) {
    auto options = std::make_shared<CompareOptions>();
    app.add_option("RESULT", options->results,
                   "BASE and NEW: result.json of a finished campaign, or its folder")
        ->type_name("BASE NEW")
        ->group("compare");
    options->common.add_to(app, {{"gates"}, {}, own_options(*options), ""});
    return [options, &app] {
        options->common.begin(app);
        return compare(*options);
    };
}

}  // namespace faultline::cli
