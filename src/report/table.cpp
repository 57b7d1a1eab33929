#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <faultline/campaign/rounds.h>

#include "sections.h"

namespace faultline::report {

namespace {

constexpr std::size_t widest_label = 24;

/// A line's first column, and a second where one is needed: how many errors there were where that
/// isn't the label, or which share of the bits they are.
struct Row {
    std::string label;
    std::string errors;
    const campaign::Statistics* statistics = nullptr;
};

/// Errors / exposed bits.
std::string bit_error_rate(const campaign::Point& point) {
    return fmt::format("{:.2e}",
                       static_cast<double>(point.errors) / static_cast<double>(point.exposed_bits));
}

Row row(const FormatInputs& inputs, const campaign::PointSummary& summary, bool rates) {
    const auto& point = summary.point;
    const auto errors = std::to_string(point.errors);
    if (point.rate)
        return {fmt::format("{:g}", *point.rate), fmt::format("{:.1f}", point.mean_errors),
                &summary.statistics};
    if (point.bit)
        return {fmt::format("{:>2} {}", *point.bit,
                            campaign::role(inputs.plan, inputs.network, *point.bit)),
                errors, &summary.statistics};
    if (point.layer) {
        const auto& layer = inputs.network.layers[static_cast<std::size_t>(*point.layer)];
        return {shortened(layer.name), errors, &summary.statistics};
    }
    return {fmt::format("{:>6}", errors), rates ? bit_error_rate(point) : "", &summary.statistics};
}

std::string label_header(const campaign::Settings& settings) {
    switch (settings.test) {
        case campaign::Test::full:
            return settings.rates.empty() ? "errors" : "rate";
        case campaign::Test::indexed:
            return "bit";
        case campaign::Test::layer:
            return "layer";
        case campaign::Test::sample:
            return "errors";
    }
    return {};
}

/// Widths of the first two columns; the second may be absent.
struct Columns {
    std::string label;
    std::string second;
    std::size_t label_width = 0;
    std::size_t second_width = 0;
};

Columns columns(const std::string& label, const std::string& second, const std::vector<Row>& rows) {
    Columns columns{label, "", label.size(), 0};
    for (const auto& row : rows) {
        columns.label_width = std::max(columns.label_width, row.label.size());
        if (row.errors.empty()) continue;
        columns.second = second;
        columns.second_width = std::max({second.size(), columns.second_width, row.errors.size()});
    }
    return columns;
}

std::string header(const Columns& columns, double confidence) {
    return fmt::format("{:<{}} {:>{}} {:>6} {:>6} {:>6} {:>6} {:>6} {:^13} {:>7} {:>8}\n",
                       columns.label, columns.label_width, columns.second, columns.second_width,
                       "mean", "sd", "min", "median", "max",
                       fmt::format("{:g} % of mean", 100 * confidence), "drop", "collapse");
}

/// "6/60"; where runs weigh differently counts would mislead: "0.0123".
std::string collapsed(const campaign::Share& collapse, std::int64_t runs) {
    const bool weighted = std::abs(collapse.share - share(collapse.count, runs)) > 1e-9;
    return weighted ? fmt::format("{:.4f}", collapse.share)
                    : fmt::format("{}/{}", collapse.count, runs);
}

std::string line(const Row& row, const Columns& columns) {
    const auto& top1 = row.statistics->top1;
    const auto& interval = row.statistics->top1_interval;
    const auto runs = collapsed(row.statistics->collapse, top1.count);
    return fmt::format(
        "{:<{}} {:>{}} {:6.4f} {:6.4f} {:6.4f} {:6.4f} {:6.4f} {:.4f}-{:.4f} {:7.4f} {:>8}\n",
        row.label, columns.label_width, row.errors, columns.second_width, top1.mean, top1.deviation,
        top1.minimum, top1.median, top1.maximum, interval.low, interval.high,
        row.statistics->drop.mean, runs);
}

struct Headers {
    std::string label;
    std::string second;
    double confidence = 0;  ///< of the intervals
};

std::string lines(const Headers& headers, const std::vector<Row>& rows) {
    const auto widths = columns(headers.label, headers.second, rows);
    auto text = header(widths, headers.confidence);
    for (const auto& row : rows) text += line(row, widths);
    return text;
}

/// The format is told where it isn't what everybody takes for granted.
std::string golden_line(const FormatInputs& inputs, bool several) {
    const auto& golden = inputs.outcome.golden_before;
    const auto& format = inputs.plan.format;
    return fmt::format(
        "{}golden: top-1 {:.4f}, top-5 {:.4f} of {} images; {} test, {} runs, top-1:\n",
        several || format != "float32" ? format + ", " : "", share(golden.top1, golden.images),
        share(golden.top5, golden.images), golden.images, campaign::name(inputs.plan.settings.test),
        inputs.outcome.runs.size());
}

/// "Never seen in 60 runs" is not "never".
std::string limits(const FormatInputs& inputs) {
    const auto& settings = inputs.plan.settings;
    const auto runs = std::ssize(inputs.outcome.runs) - campaign::pilot(inputs.plan).count;
    std::string stopped;
    if (settings.until_margin > 0) {
        const auto margin = campaign::widest_margin(inputs.summary);
        stopped = fmt::format("stopped after {} of at most {} runs: widest margin {:.4f}, {} {}\n",
                              inputs.outcome.runs.size(), settings.runs, margin,
                              margin <= settings.until_margin ? "within" : "NOT within",
                              settings.until_margin);
    }
    return stopped + fmt::format(
                         "collapse: runs with top-1 of at most {:.4f} (2 / classes); 0 of {} "
                         "excludes only rates "
                         "above {:.4f}\n",
                         2.0 / inputs.network.classes, runs,
                         campaign::clopper_pearson(0, runs, settings.confidence).high);
}

std::string block(const FormatInputs& inputs, bool several) {
    std::vector<Row> points, groups;
    for (const auto& summary : inputs.summary.points)
        points.push_back(row(inputs, summary, several));
    for (const auto& group : inputs.summary.groups)
        groups.push_back({shortened(group.name), "", &group.statistics});
    const auto& settings = inputs.plan.settings;
    const bool by_count = settings.test == campaign::Test::full && settings.rates.empty();
    const auto* second = by_count ? "bit error rate" : "errors";
    auto text = protection_line(inputs) + golden_line(inputs, several) +
                lines({label_header(settings), second, settings.confidence}, points);
    if (!groups.empty())
        text += fmt::format("\n{}", lines({"group", "", settings.confidence}, groups));
    return text + strata_table(inputs);
}

}  // namespace

std::string shortened(const std::string& name) {
    if (name.size() <= widest_label) return name;
    return fmt::format("..{}", name.substr(name.size() - widest_label + 2));
}

std::string table(const Inputs& inputs) {
    std::string text;
    for (const auto& format : inputs.formats) {
        if (!text.empty()) text += '\n';
        text += block(format, inputs.formats.size() > 1);
    }
    return text + limits(inputs.formats.front());
}

}  // namespace faultline::report
