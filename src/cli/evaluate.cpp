// Golden accuracy, and gates on it: what a CI job asks first, and what catches swapped labels and
// channels.

#include <faultline/core/error.h>
#include <faultline/evaluation/evaluator.h>
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "common.h"
#include "interrupt.h"
#include "session.h"
#include "subcommands.h"

namespace faultline::cli {
namespace {

struct EvaluateOptions {
    Common common;
    std::optional<double> expect_top1;
    std::optional<double> expect_top5;
    double tolerance = 0.005;
    bool json = false;
};

evaluation::Tally measure(const Session& session, const Common& common) {
    const int batch = common.settings.evaluation.batch;
    Progress progress(progress_style(common.progress), block_count(session.images, batch));
    dataset::Stream stream(session.images, batch, session.threads);
    evaluation::Tally tally;
    while (const auto block = stream.next()) {
        tally += evaluation::measure_golden({session.network, {}}, *block,
                                            session.images.settings().preprocessing);
        progress.step();
        stop_if_interrupted();
    }
    return tally;
}

double share(std::int64_t count, const evaluation::Tally& tally) {
    return static_cast<double>(count) / static_cast<double>(tally.images);
}

void print(const evaluation::Tally& tally, const Session& session, bool json) {
    if (json) {
        const core::Json found = {{"images", tally.images},
                                  {"top1", tally.top1},
                                  {"top5", tally.top5},
                                  {"nonfinite", tally.nonfinite},
                                  {"top1_share", share(tally.top1, tally)},
                                  {"top5_share", share(tally.top5, tally)},
                                  {"environment", session.environment}};
        fmt::print("{}", core::to_text(found));
        return;
    }
    fmt::print("images     {}\n", tally.images);
    fmt::print("top-1      {} right ({:.4f})\n", tally.top1, share(tally.top1, tally));
    fmt::print("top-5      {} right ({:.4f})\n", tally.top5, share(tally.top5, tally));
    if (tally.nonfinite > 0)
        fmt::print("nonfinite  {} images with NaN or Inf among their scores\n", tally.nonfinite);
}

bool passes(const char* name, std::optional<double> expected, double observed, double tolerance) {
    if (!expected) return true;
    const bool pass = std::abs(observed - *expected) <= tolerance;
    fmt::print(stderr, "{} {}: {:.4f}, expected {:.4f} within {:.4f}\n", pass ? "pass" : "FAIL",
               name, observed, *expected, tolerance);
    return pass;
}

ExitCode evaluate(EvaluateOptions& options) {
    catch_signals();
    const auto session = open_session(options.common.settings);
    const auto tally = measure(session, options.common);
    print(tally, session, options.json);
    const bool top1 =
        passes("top-1", options.expect_top1, share(tally.top1, tally), options.tolerance);
    const bool top5 =
        passes("top-5", options.expect_top5, share(tally.top5, tally), options.tolerance);
    return top1 && top5 ? ExitCode::done : ExitCode::gate_failed;
}

/// Shares must be shares: "--expect-top1 56.5" is a mistake, and so is nan.
void require_shares(const EvaluateOptions& options) {
    for (const auto& value :
         {options.expect_top1, options.expect_top5, std::optional(options.tolerance)}) {
        if (!value || (*value >= 0 && *value <= 1)) continue;
        throw core::Error(
            core::Fault::usage,
            fmt::format(
                "{} is not a share; --expect-top1, --expect-top5 and --tolerance lie in [0, 1]",
                *value));
    }
}

}  // namespace

Action add_evaluate(CLI::App& app) {
    auto options = std::make_shared<EvaluateOptions>();
    options->common.add_to(app, {"network", "dataset", "evaluation"});
    app.add_option("--expect-top1", options->expect_top1,
                   "fail (exit 1) unless the top-1 share is this")
        ->type_name("SHARE");
    app.add_option("--expect-top5", options->expect_top5,
                   "fail (exit 1) unless the top-5 share is this")
        ->type_name("SHARE");
    app.add_option("--tolerance", options->tolerance,
                   "how far from the expected share is still fine")
        ->type_name("SHARE")
        ->default_str("0.005");
    app.add_flag("--json", options->json, "print JSON");
    return [options, &app] {
        options->common.resolve(app);
        require_shares(*options);
        return evaluate(*options);
    };
}

}  // namespace faultline::cli
