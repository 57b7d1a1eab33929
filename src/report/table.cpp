#include <fmt/format.h>

#include <algorithm>

#include "sections.h"

namespace faultline::report {

namespace {

constexpr std::size_t widest_label = 24;

/// A line's first column, and how many errors there were where that isn't the label.
struct Row {
    std::string label;
    std::string errors;
    const campaign::Statistics* statistics = nullptr;
};

/// The end of a path says more than its beginning.
std::string shortened(const std::string& name) {
    if (name.size() <= widest_label) return name;
    return fmt::format("..{}", name.substr(name.size() - widest_label + 2));
}

Row row(const Inputs& inputs, const campaign::PointSummary& summary) {
    const auto& point = summary.point;
    const auto errors = std::to_string(point.errors);
    if (point.bit)
        return {fmt::format("{:>2} {}", *point.bit,
                            campaign::role(inputs.plan, inputs.network, *point.bit)),
                errors, &summary.statistics};
    if (point.layer) {
        const auto& layer = inputs.network.layers[static_cast<std::size_t>(*point.layer)];
        return {shortened(layer.name), errors, &summary.statistics};
    }
    return {fmt::format("{:>6}", errors), "", &summary.statistics};
}

std::string label_header(campaign::Test test) {
    switch (test) {
        case campaign::Test::full:
            return "errors";
        case campaign::Test::indexed:
            return "bit";
        case campaign::Test::layer:
            return "layer";
    }
    return {};
}

std::string header(const std::string& label, std::size_t width, std::size_t errors_width) {
    return fmt::format("{:<{}} {:>{}} {:>6} {:>6} {:>6} {:>6} {:>6} {:^13} {:>7} {:>8}\n", label,
                       width, errors_width == 0 ? "" : "errors", errors_width, "mean", "sd", "min",
                       "median", "max", "95 % of mean", "drop", "collapse");
}

std::string line(const Row& row, std::size_t width, std::size_t errors_width) {
    const auto& top1 = row.statistics->top1;
    const auto& interval = row.statistics->top1_interval;
    const auto runs = fmt::format("{}/{}", row.statistics->collapse.count, top1.count);
    return fmt::format(
        "{:<{}} {:>{}} {:6.4f} {:6.4f} {:6.4f} {:6.4f} {:6.4f} {:.4f}-{:.4f} {:7.4f} {:>8}\n",
        row.label, width, row.errors, errors_width, top1.mean, top1.deviation, top1.minimum,
        top1.median, top1.maximum, interval.low, interval.high, row.statistics->drop.mean, runs);
}

std::string lines(const std::string& label, const std::vector<Row>& rows) {
    auto width = label.size(), errors_width = std::size_t{0};
    for (const auto& row : rows) {
        width = std::max(width, row.label.size());
        if (!row.errors.empty())
            errors_width = std::max<std::size_t>({6U, errors_width, row.errors.size()});
    }
    auto text = header(label, width, errors_width);
    for (const auto& row : rows) text += line(row, width, errors_width);
    return text;
}

std::string golden_line(const Inputs& inputs) {
    const auto& golden = inputs.outcome.golden_before;
    return fmt::format(
        "golden: top-1 {:.4f}, top-5 {:.4f} of {} images; {} test, {} runs, top-1:\n",
        share(golden.top1, golden.images), share(golden.top5, golden.images), golden.images,
        campaign::name(inputs.plan.settings.test), inputs.outcome.runs.size());
}

/// "Never seen in 60 runs" is not "never".
std::string limits(const Inputs& inputs) {
    const auto runs = std::ssize(inputs.outcome.runs);
    return fmt::format(
        "collapse: runs with top-1 of at most {:.4f} (2 / classes); 0 of {} excludes only rates "
        "above {:.4f}\n",
        2.0 / inputs.network.classes, runs, campaign::clopper_pearson(0, runs).high);
}

}  // namespace

std::string table(const Inputs& inputs) {
    std::vector<Row> points, groups;
    for (const auto& summary : inputs.summary.points) points.push_back(row(inputs, summary));
    for (const auto& group : inputs.summary.groups) {
        groups.push_back({shortened(group.name), "", &group.statistics});
    }
    auto text = golden_line(inputs);
    text += lines(label_header(inputs.plan.settings.test), points);
    if (!groups.empty()) text += fmt::format("\n{}", lines("group", groups));
    return text + limits(inputs);
}

}  // namespace faultline::report
