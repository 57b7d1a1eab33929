// How probable it is that accuracy is below a level at the end of a mission: a full test tells what
// so many errors do, the rate of errors how many a mission has.

#include <faultline/campaign/risk.h>
#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <optional>

#include "flags.h"
#include "stored_result.h"
#include "stored_runs.h"
#include "subcommands.h"

namespace faultline::cli {
namespace {

struct RiskOptions {
    Flags flags;
    std::string result;
    std::optional<double> fit_per_mbit;
    std::optional<double> hours;
    std::optional<double> below;
    std::optional<double> drop;
    double confidence = 0.95;
    std::string json;
};

core::Section own_options(RiskOptions& options) {
    constexpr core::Range<double> share{0.0, 1.0}, rate{0.0, 1e12}, hours{0.0, 1e12};
    return {"risk",
            {core::option("result", options.result, "result.json of a full test, or its folder",
                          "PATH"),
             core::option("fit_per_mbit", options.fit_per_mbit,
                          "errors in 1e9 hours and 2^20 exposed bits", rate),
             core::option("hours", options.hours, "how long a mission is", hours),
             core::option("below", options.below, "the level: top-1 share that must not be missed",
                          share),
             core::option("drop", options.drop,
                          "... or the most that top-1 may fall below golden's, as a share", share),
             core::option("confidence", options.confidence, "of the interval", {0.5, 0.9999}),
             core::option("json", options.json, "write all numbers there, too", "FILE")}};
}

/// Counts are compared, so that a level that is met exactly is met.
struct Level {
    std::optional<double> below;
    std::optional<double> drop;

    bool misses(std::int64_t top1, const StoredRuns& format) const {
        constexpr double rounding = 1e-9;
        const auto images = static_cast<double>(format.images);
        if (below) return static_cast<double>(top1) < *below * images - rounding;
        return static_cast<double>(format.golden_top1 - top1) > *drop * images + rounding;
    }
};

struct FormatRisk {
    StoredRuns runs;
    double expected = 0;
    bool golden_below = false;
    campaign::Risk risk;
};

[[noreturn]] void refuse(const std::string& text) { throw core::Error(core::Fault::usage, text); }

void require_given(const RiskOptions& options) {
    if (!options.fit_per_mbit) refuse("--fit-per-mbit: give the rate of errors in the memory");
    if (!options.hours) refuse("--hours: give the length of a mission");
    if (options.below.has_value() == options.drop.has_value())
        refuse("give the level as either --below LEVEL or --drop D");
}

FormatRisk format_risk(StoredRuns runs, const RiskOptions& options, bool any_count) {
    const Level level{options.below, options.drop};
    FormatRisk found;
    found.golden_below = level.misses(runs.golden_top1, runs);
    found.expected =
        campaign::expected_errors({.fit_per_mbit = *options.fit_per_mbit,
                                   .hours = *options.hours,
                                   .exposed_bits = static_cast<double>(runs.exposed_bits)});
    std::vector<campaign::RunSteps> steps;
    for (const auto& run : runs.runs) {
        auto& measured = steps.emplace_back();
        for (const auto& step : run)
            measured.push_back({step.errors, level.misses(step.top1, runs)});
    }
    found.risk =
        campaign::risk(steps, found.golden_below, found.expected, {options.confidence, any_count});
    found.runs = std::move(runs);
    return found;
}

/// The runs went on until they told enough. (Older results know no such thing.)
bool ended_by_margin(const core::StoredValue& result) {
    const auto margin = result["config"]["campaign"].find("until_margin");
    return margin && margin->number() > 0;
}

std::vector<std::string> assumptions(const core::StoredValue& result) {
    const auto bits = result["fault_model"]["bits_per_error"].count();
    return {
        fmt::format("the rate counts errors, each of which flips {} of one word; they come as a "
                    "Poisson process, alike in all exposed bits at all hours (1 Mbit = 2^20 bits)",
                    bits == 1 ? std::string("1 bit") : fmt::format("{} bits", bits)),
        "errors stay until the mission's end, and accuracy is that at the end",
        "only the exposed bits of the weights are hit: no activations, logic or other memory",
        "between two measured error counts a run is taken to be as both say, unknown where they "
        "differ and beyond the last; low takes the unknown for harmless, high for below the level",
        "accuracy is that on the result's images: the interval covers the draw of faults, not the "
        "choice of images"};
}

std::string level_text(const RiskOptions& options) {
    return options.below ? fmt::format("top-1 below {:g}", *options.below)
                         : fmt::format("top-1 more than {:g} below golden's", *options.drop);
}

void print(const std::vector<FormatRisk>& formats, const RiskOptions& options,
           const std::vector<std::string>& assumed) {
    fmt::print("mission  {:g} hours at {:g} FIT/Mbit; level: {}\n\n", *options.hours,
               *options.fit_per_mbit, level_text(options));
    const auto interval = fmt::format("{:g} % interval", 100 * options.confidence);
    fmt::print("{:<12}{:>13}{:>12}{:>8}{:>6}{:>24}{:>24}{:>12}\n", "format", "exposed bits",
               "errors", "golden", "runs", interval, "runs' mean", "unmeasured");
    for (const auto& [runs, expected, golden_below, risk] : formats) {
        const auto range = [](double low, double high) {
            return fmt::format("{:.4g} .. {:.4g}", low, high);
        };
        fmt::print("{:<12}{:>13}{:>12.4g}{:>8.4f}{:>6}{:>24}{:>24}{:>12.3g}\n", runs.format,
                   runs.exposed_bits, expected,
                   static_cast<double>(runs.golden_top1) / static_cast<double>(runs.images),
                   runs.runs.size(), range(risk.low, risk.high),
                   range(risk.mean_low, risk.mean_high), risk.between + risk.beyond);
    }
    fmt::print(
        "\nProbability of a mission to end below the level. errors: expected in a mission; "
        "unmeasured:\nprobability of a number of errors that no run was measured at. "
        "Assumed:\n");
    for (const auto& line : assumed) fmt::print("* {}\n", line);
    for (const auto& format : formats)
        if (format.golden_below)
            fmt::print("{}: golden itself misses the level\n", format.runs.format);
}

core::Json json(const std::vector<FormatRisk>& formats, const RiskOptions& options,
                const core::StoredValue& result, const std::vector<std::string>& assumed) {
    auto list = core::Json::array();
    for (const auto& [runs, expected, golden_below, risk] : formats) {
        list.push_back(
            {{"format", runs.format},
             {"exposed_bits", runs.exposed_bits},
             {"expected_errors", expected},
             {"images", runs.images},
             {"golden_top1", runs.golden_top1},
             {"golden_below", golden_below},
             {"runs", runs.runs.size()},
             {"probability",
              {{"low", risk.low},
               {"high", risk.high},
               {"method", risk.method},
               {"confidence", risk.confidence},
               {"mean_low", risk.mean_low},
               {"mean_high", risk.mean_high}}},
             {"error_count_share",
              {{"measured", risk.measured}, {"between", risk.between}, {"beyond", risk.beyond}}}});
    }
    return {{"kind", "risk"},
            {"campaign_sha256", result["identity"]["campaign_sha256"].text()},
            {"mission",
             {{"fit_per_mbit", *options.fit_per_mbit},
              {"bits_per_mbit", campaign::bits_per_mbit},
              {"hours", *options.hours}}},
            {"level",
             {{"below", options.below ? core::Json(*options.below) : core::Json()},
              {"drop", options.drop ? core::Json(*options.drop) : core::Json()}}},
            {"formats", std::move(list)},
            {"assumptions", assumed}};
}

ExitCode risk_command(const RiskOptions& options) {
    require_given(options);
    const auto path = result_path(options.result);
    const auto stored = read_result(path);
    const core::StoredValue result(path.string(), stored);
    std::vector<FormatRisk> formats;
    const bool any_count = ended_by_margin(result);
    for (auto& runs : stored_runs(result))
        formats.push_back(format_risk(std::move(runs), options, any_count));
    const auto assumed = assumptions(result);
    if (!options.json.empty())
        core::write_file(options.json, core::to_text(json(formats, options, result, assumed)));
    print(formats, options, assumed);
    return ExitCode::done;
}

}  // namespace

Action add_risk(CLI::App& app) {
    auto options = std::make_shared<RiskOptions>();
    options->flags.add(app, own_options(*options), "result");
    app.allow_extras();
    return [options, &app] {
        refuse_unknown(app);
        apply_flags(std::vector{own_options(*options)}, options->flags.given());
        return risk_command(*options);
    };
}

}  // namespace faultline::cli
