#include "hardening_report.h"

#include <faultline/core/place.h>
#include <fmt/format.h>

#include <algorithm>

#include "accuracy_report.h"

namespace faultline::cli {
namespace {

constexpr double percent = 100;

std::string clip_lines(const HardeningReport& report) {
    const auto layer = [&](std::size_t i) {
        return report.network.layers[core::place(report.clips[i].point.layer)].name;
    };
    std::size_t names = 5, operations = 5;
    for (std::size_t i = 0; i < report.clips.size(); ++i) {
        names = std::max(names, layer(i).size());
        operations = std::max(operations, report.operations[i].size());
    }
    auto text = fmt::format("{:<{}}  {:<{}} {:>12} {:>12} {:>10}\n", "layer", names, "after",
                            operations, "low", "high", "elements");
    for (std::size_t i = 0; i < report.clips.size(); ++i) {
        const auto& [point, range] = report.clips[i];
        text += fmt::format("{:<{}}  {:<{}} {:>12.6g} {:>12.6g} {:>10}\n", layer(i), names,
                            report.operations[i], operations, range.low, range.high,
                            network::element_count(report.network, point));
    }
    return text;
}

std::string cost_lines(const HardeningReport& report) {
    constexpr double millions = 1e6, milliseconds = 1e3;
    const auto& hardening = report.hardening;
    const auto& [before, after, passes] = report.times;
    return fmt::format(
        "cost   {} points, {} operations on each of {} elements: {:.2f} million for an image, "
        "beside {:.2f} million multiply-accumulates\n"
        "time   {:.3f} ms an image before, {:.3f} after ({:+.1f} %), on this machine: medians of "
        "{} passes each, in turn\n",
        hardening.points, network::clip_operations(hardening.beyond), report.element_count(),
        static_cast<double>(hardening.added_operations) / millions,
        static_cast<double>(report.network.macs()) / millions, milliseconds * before,
        milliseconds * after, percent * (after / before - 1), passes);
}

core::Json points_json(const HardeningReport& report) {
    auto points = core::Json::array();
    for (std::size_t i = 0; i < report.clips.size(); ++i) {
        const auto& [point, range] = report.clips[i];
        points.push_back({{"layer", report.network.layers[core::place(point.layer)].name},
                          {"operation", report.operations[i]},
                          {"low", range.low},
                          {"high", range.high},
                          {"elements", network::element_count(report.network, point)}});
    }
    return points;
}

}  // namespace

std::int64_t HardeningReport::element_count() const {
    std::int64_t sum = 0;
    for (const auto& clip : clips) sum += network::element_count(network, clip.point);
    return sum;
}

double HardeningReport::drop() const {
    return static_cast<double>(before.top1 - after.top1) / static_cast<double>(after.images);
}

bool HardeningReport::within_margin() const {
    constexpr double rounding = 1e-12;  // a fall of just the margin is within it
    return drop() <= margin + rounding;
}

core::Json hardening_json(const HardeningReport& report) {
    return {{"kind", "hardening"},
            {"model_sha256", report.network.model_sha256},
            {"hardening", network::json(report.hardening)},
            {"calibration", report.calibration},
            {"points", points_json(report)},
            {"macs", report.network.macs()},
            {"golden",
             {{"before", accuracy_json(report.before)},
              {"after", accuracy_json(report.after)},
              {"same_scores", report.after.masked},
              {"other_images", report.other_images},
              {"margin", report.margin},
              {"within_margin", report.within_margin()}}},
            {"timing",
             {{"before_seconds", report.times.before_seconds},
              {"after_seconds", report.times.after_seconds},
              {"passes", report.times.passes}}}};
}

std::string hardening_text(const HardeningReport& report) {
    return clip_lines(report) + accuracy_line("before", report.before) +
           accuracy_line("after ", report.after) + drop_line(report.before, report.after) +
           fmt::format("margin {:.2f} points; {} of {} images have the very scores they had\n",
                       percent * report.margin, report.after.masked, report.after.images) +
           cost_lines(report);
}

}  // namespace faultline::cli
