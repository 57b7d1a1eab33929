#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "drawing.h"
#include "figures.h"
#include "strip.h"

namespace faultline::page {
namespace {

constexpr double height = 360, column = 22, left = 62;

/// "integer/fraction" is what tensors differ in: a class of its own.
std::string role_class(const std::string& role) {
    return role.find('/') == std::string::npos ? "role-" + role : "role-mixed";
}

Markup legend(const Series& series) {
    std::set<std::string> seen;
    Markup entries;
    double x = left + 8;
    for (const auto& point : series.points) {
        const auto role = point.entry.text_at("role");
        if (role.empty() || !seen.insert(role).second) continue;
        entries += rectangle({x, 10}, {10, 10}, {{"class", role_class(role)}});
        entries += caption({x + 15, 20}, "start", role);
        x += 30 + 7.0 * static_cast<double>(role.size());
    }
    return entries;
}

std::string tip(const Point& point) {
    return fmt::format(
        "bit {} ({}): mean top-1 {}; {} runs of {} errors", *point.bit, point.entry.text_at("role"),
        told_with_interval(point.entry, "statistics.top1"), point.run_shares.size(), point.errors);
}

Markup draw(const Series& series, const Axis& x, const Axis& y) {
    Markup drawn = line({x.from, y.place(series.golden)}, {x.to, y.place(series.golden)},
                        {{"class", "golden series-0"}});
    for (std::size_t i = 0; i < series.points.size(); ++i) {
        const auto& point = series.points[i];
        if (!point.bit) continue;
        const auto at = left + column * (static_cast<double>(i) + 0.5);
        const auto role = role_class(point.entry.text_at("role"));
        drawn += strip({point, y, at - 3, false, role});
        if (const auto mean = point.entry.number("statistics.top1.mean"))
            drawn += mean_mark({point.entry,
                                "statistics.top1",
                                {at + 5, y.place(mean->value)},
                                y,
                                role,
                                tip(point)});
        drawn += caption({at, height - 34}, "middle", std::to_string(*point.bit), "bit " + role);
    }
    return drawn;
}

Markup panel(const Series& series) {
    const Size size = {
        std::max(420.0, left + column * static_cast<double>(series.points.size()) + 16), height};
    const Axis x{0, 1, left, size.width - 16};
    const Axis y{0, 1, height - 56, 34};
    const auto title = fmt::format("Figure 2: accuracy by flipped bit, {}", series.label);
    const auto content =
        grid(x, y, 5) + draw(series, x, y) + legend(series) +
        caption({(x.from + x.to) / 2, height - 10}, "middle", "bit (0 is the least significant)");
    return figure({"figure-bits-" + std::to_string(series.result) + "-" + series.format, title,
                   drawing(size, title, "Top-1 share by the index of the flipped bit.", content),
                   text("Dots with a line: mean top-1 with its interval. Faint dots: runs, larger "
                        "where more runs came to the same. Dashed: golden.")});
}

}  // namespace

Markup bits_figures(const std::vector<Result>& results) {
    Markup panels;
    for (const auto* series : series_of(results, "indexed"))
        if (!series->points.empty()) panels += panel(*series);
    return panels;
}

}  // namespace faultline::page
