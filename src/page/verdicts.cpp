// Sentences that a safety engineer can quote: each says what was done, how often, on what, and how
// sure the number is.

#include <fmt/format.h>

#include <algorithm>

#include "drawing.h"
#include "sections.h"

namespace faultline::page {
namespace {

constexpr auto top1 = "statistics.top1";

double mean_of(const Point& point) {
    const auto mean = point.entry.number("statistics.top1.mean");
    return mean ? mean->value : 0;
}

const Point* lowest(const Series& series) {
    const auto found = std::min_element(
        series.points.begin(), series.points.end(),
        [](const Point& one, const Point& other) { return mean_of(one) < mean_of(other); });
    return found == series.points.end() ? nullptr : &*found;
}

/// "60 runs on 400 images; 95 % interval, margin 0.0123"
std::string size(const Series& series, const Entry& entry, const std::string& path) {
    const auto runs = entry.number("statistics.runs");
    auto text = fmt::format("{:g} runs on {} images", runs ? runs->value : 0,
                            grouped(static_cast<std::uint64_t>(series.images)));
    const auto low = entry.number(path + ".interval.low");
    const auto high = entry.number(path + ".interval.high");
    const auto confidence = entry.number(path + ".interval.confidence");
    if (low && high && confidence)
        text += fmt::format("; {:g} % interval, margin {:.4f}", 100 * confidence->value,
                            (high->value - low->value) / 2);
    return text;
}

/// "The mean of top-1 falls from 0.9725 to 0.1234 (0.1 to 0.2)"
Markup falls(const Series& series, const Point& point) {
    return text(fmt::format("mean top-1 falls from {} without faults to ", share(series.golden))) +
           with_interval(point.entry, top1);
}

Markup full_verdict(const Series& series) {
    const auto& point = series.points.back();
    auto told = point.rate ? text(fmt::format("At a bit error rate of {:g} ", *point.rate))
                           : text(fmt::format("With {} errors among {} bits ",
                                              grouped(static_cast<std::uint64_t>(point.errors)),
                                              grouped(series.exposed_bits)));
    told += falls(series, point);
    if (const auto collapse = point.entry.number("statistics.collapse.share"))
        told +=
            text("; ") + value(collapse, Shown::percent) + text(" of the runs collapse to chance");
    return told + text(" (" + size(series, point.entry, top1) + ").");
}

Markup indexed_verdict(const Series& series) {
    const auto& point = *lowest(series);
    return text(fmt::format("The most vulnerable bit is {} ({}): with {} errors there ",
                            point.bit.value_or(0), point.entry.text_at("role"), point.errors)) +
           falls(series, point) + text(" (" + size(series, point.entry, top1) + ").");
}

Markup layer_verdict(const Series& series) {
    const auto& point = *lowest(series);
    return text(fmt::format("The layer that loses most is {}: with {} errors in it alone ",
                            shortened(point.entry.text_at("layer"), 80), point.errors)) +
           falls(series, point) + text(" (" + size(series, point.entry, top1) + ").");
}

Markup sample_verdict(const Series& series) {
    if (series.strata.empty()) return {};
    const auto& total = series.strata.front();
    const std::string path = "statistics.critical";
    const auto trials = total.number("trials");
    const auto low = total.number(path + ".interval.low");
    const auto high = total.number(path + ".interval.high");
    return text("One error in a random bit makes ") + with_interval(total, path, Shown::real) +
           text(fmt::format(" of the images critical ({} trials on {} images; margin {:.5f}).",
                            grouped(static_cast<std::uint64_t>(trials ? trials->value : 0)),
                            series.images, low && high ? (high->value - low->value) / 2 : 1));
}

Markup verdict(const Series& series) {
    if (series.points.empty()) return text("Nothing was measured.");
    if (series.test == "full") return full_verdict(series);
    if (series.test == "indexed") return indexed_verdict(series);
    if (series.test == "layer") return layer_verdict(series);
    return sample_verdict(series);
}

Markup completeness(const Result& result) {
    const auto status = result.value["status"];
    if (status["complete"].json() == true) return {};
    return element(
        "p", {{"class", "warning"}},
        fmt::format("{}: this campaign isn't complete: {} of {} runs are done. Its "
                    "numbers are no verdict.",
                    result.file, status["runs_done"].count(), status["runs_planned"].count()));
}

}  // namespace

Markup verdicts(const std::vector<Result>& results) {
    Markup told;
    for (const auto& result : results) {
        told += completeness(result);
        for (const auto& series : result.series) {
            auto name = element("strong", {}, series.label + " ");
            if (results.size() > 1)
                name +=
                    element("span", {{"class", "none"}}, "(" + shortened(result.file, 80) + ") ");
            told += element("p", {{"class", "verdict"}}, name + verdict(series));
        }
    }
    return told;
}

}  // namespace faultline::page
