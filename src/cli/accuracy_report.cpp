#include "accuracy_report.h"

#include <faultline/campaign/statistics.h>
#include <fmt/format.h>

namespace faultline::cli {
namespace {

core::Json interval_json(const campaign::Interval& interval) {
    return {{"low", interval.low},
            {"high", interval.high},
            {"method", interval.method},
            {"confidence", interval.confidence}};
}

}  // namespace

core::Json accuracy_json(const evaluation::Tally& tally) {
    return {{"images", tally.images},
            {"top1", tally.top1},
            {"top5", tally.top5},
            {"nonfinite", tally.nonfinite},
            {"top1_interval", interval_json(campaign::clopper_pearson(tally.top1, tally.images))}};
}

std::string accuracy_line(const std::string& when, const evaluation::Tally& tally) {
    const auto interval = campaign::clopper_pearson(tally.top1, tally.images);
    return fmt::format("{} top-1 {} of {} ({:.4f}; 95 %: {:.4f}-{:.4f}), top-5 {}\n", when,
                       tally.top1, tally.images,
                       static_cast<double>(tally.top1) / static_cast<double>(tally.images),
                       interval.low, interval.high, tally.top5);
}

std::string drop_line(const evaluation::Tally& before, const evaluation::Tally& after) {
    constexpr double normal_95 = 1.959964, percent = 100;
    const auto [lost, gained] = change_of(before, after);
    const auto drop = static_cast<double>(lost - gained) / static_cast<double>(after.images);
    const auto margin = normal_95 * campaign::paired_image_deviation(lost, gained, after.images);
    return fmt::format(
        "drop   {:.2f} points (95 %, paired: {:.2f} to {:.2f}); {} answers lost, {} "
        "gained\n",
        percent * drop, percent * (drop - margin), percent * (drop + margin), lost, gained);
}

}  // namespace faultline::cli
