// Golden accuracy, and gates on it: what a CI job asks first, and what catches swapped labels and
// channels.

#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <optional>

#include "common.h"
#include "interrupt.h"
#include "measurement.h"
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

core::Section own_options(EvaluateOptions& options) {
    constexpr core::Range<double> share{0.0, 1.0};
    return {"evaluate",
            {core::option("expect_top1", options.expect_top1,
                          "fail (exit 1) unless the top-1 share is this", share),
             core::option("expect_top5", options.expect_top5,
                          "fail (exit 1) unless the top-5 share is this", share),
             core::option("tolerance", options.tolerance,
                          "how far from the expected share is still fine", share),
             core::option("json", options.json, "print JSON")}};
}

evaluation::Tally measure(const Session& session, ProgressStyle style) {
    Measurement measurement(session, style, 1);
    evaluation::Tally tally;
    while (measurement.next_block()) tally += measurement.golden();
    return tally;
}

double share(std::int64_t count, const evaluation::Tally& tally) {
    return static_cast<double>(count) / static_cast<double>(tally.images);
}

void print_json(const evaluation::Tally& tally, const Session& session) {
    const core::Json found = {{"images", tally.images},
                              {"top1", tally.top1},
                              {"top5", tally.top5},
                              {"nonfinite", tally.nonfinite},
                              {"top1_share", share(tally.top1, tally)},
                              {"top5_share", share(tally.top5, tally)},
                              {"environment", session.environment}};
    fmt::print("{}", core::to_text(found));
}

void print_text(const evaluation::Tally& tally) {
    fmt::print("images     {}\n", tally.images);
    fmt::print("top-1      {} right ({:.4f})\n", tally.top1, share(tally.top1, tally));
    fmt::print("top-5      {} right ({:.4f})\n", tally.top5, share(tally.top5, tally));
    if (tally.nonfinite > 0)
        fmt::print("nonfinite  {} images with NaN or Inf among their scores\n", tally.nonfinite);
}

bool passes(const char* name, std::optional<double> expected, double observed, double tolerance) {
    if (!expected) return true;
    constexpr double rounding = 1e-12;  // of the difference; both ends belong to the range
    const bool pass = std::abs(observed - *expected) <= tolerance + rounding;
    fmt::print(stderr, "{} {}: {:.4f}, expected {:.4f} within {:.4f}\n", pass ? "pass" : "FAIL",
               name, observed, *expected, tolerance);
    return pass;
}

ExitCode evaluate(EvaluateOptions& options) {
    const SignalScope signals;
    auto& settings = options.common.settings;
    // Nothing will be resumed.
    settings.evaluation.method = evaluation::Method::whole;
    const auto session = open_session(settings, load_network(settings), options.common.progress);
    const auto tally = measure(session, options.common.progress);
    if (options.json) {
        print_json(tally, session);
    } else {
        print_text(tally);
    }
    const bool top1 =
        passes("top-1", options.expect_top1, share(tally.top1, tally), options.tolerance);
    const bool top5 =
        passes("top-5", options.expect_top5, share(tally.top5, tally), options.tolerance);
    return top1 && top5 ? ExitCode::done : ExitCode::gate_failed;
}

}  // namespace

Action add_evaluate(CLI::App& app) {
    auto options = std::make_shared<EvaluateOptions>();
    options->common.add_to(
        app, {{"network", "dataset", "evaluation", "cache"}, {"quantized"}, own_options(*options)});
    return [options, &app] {
        options->common.begin(app);
        options->common.fill_settings();
        return evaluate(*options);
    };
}

}  // namespace faultline::cli
