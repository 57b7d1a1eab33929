#include "settings.h"

#include <faultline/core/error.h>
#include <fmt/format.h>

#include <array>

namespace faultline::benchmarks {
namespace {

core::Section options(Measuring& measuring) {
    const core::Range<int> some{1, 1'000'000};
    return {"benchmark",
            {core::option("output", measuring.output, "fault lists and images", "FOLDER"),
             core::option("tests", measuring.tests, "test types", "full,indexed,layer"),
             core::option("full_runs", measuring.full_runs, "runs of the full test", some),
             core::option("indexed_runs", measuring.indexed_runs, "of the indexed test", some),
             core::option("layer_runs", measuring.layer_runs, "of the layer-wise test", some),
             core::option("whole_trials", measuring.whole_trials, "whole passes of a test", some),
             core::option("repetitions", measuring.repetitions, "medians are of so many", some),
             core::option("blocks", measuring.blocks, "batches of images", some),
             core::option("image_size", measuring.image_size, "of drawn images", some),
             core::option("plain_tier", measuring.plain_tier, "resume without shortcuts, too"),
             core::option("paced", measuring.paced, "a line on stdin starts a repetition")}};
}

}  // namespace

Settings read_settings(const std::string& path) {
    Settings settings;
    const std::array sections = {
        network::options(settings.network), dataset::options(settings.dataset),
        campaign::options(settings.campaign), evaluation::options(settings.evaluation),
        options(settings.measuring)};
    core::apply(sections, core::read_json(path), path);
    if (settings.evaluation.batch < 1 || settings.evaluation.threads < 1) {
        throw core::Error(
            core::Fault::usage,
            fmt::format("{}: evaluation.batch is {} and evaluation.threads {}, but both must be "
                        "given, since the same must hold for what is compared",
                        path, settings.evaluation.batch, settings.evaluation.threads));
    }
    return settings;
}

}  // namespace faultline::benchmarks
