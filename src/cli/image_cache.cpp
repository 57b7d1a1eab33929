#include "image_cache.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "interrupt.h"

namespace faultline::cli {
namespace {

void tell(const dataset::CacheReport& report) {
    if (!report.damage.empty()) spdlog::warn("{}; the images were prepared again", report.damage);
    if (!report.problem.empty()) {
        spdlog::warn("{}; going on without, images are prepared block by block", report.problem);
    } else if (!report.file.empty()) {
        spdlog::info("prepared images {} {}", report.is_new ? "written to" : "found in",
                     report.file);
    }
}

}  // namespace

void use_image_cache(dataset::Dataset& images, const dataset::CacheSettings& settings, int threads,
                     ProgressStyle style) {
    Progress progress(style, images.size(), "preparing images");
    std::int64_t shown = 0;
    bool is_told = false;
    const dataset::CacheWatch watch{
        .prepared =
            [&](std::int64_t done, std::int64_t) {
                progress.step(done - std::exchange(shown, done));
                stop_if_interrupted();
            },
        .waiting =
            [&](const std::string& file) {
                if (!std::exchange(is_told, true)) {
                    spdlog::warn(
                        "waiting for another process that prepares the same images ({}); "
                        "--no-cache doesn't wait",
                        file);
                }
                stop_if_interrupted();
            }};
    tell(dataset::use_cache(images, settings, threads, watch));
}

}  // namespace faultline::cli
