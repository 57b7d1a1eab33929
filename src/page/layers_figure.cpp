// A layer that gets more errors falls further: beside its accuracy stands how many it got, and what
// one of them did.

#include <fmt/format.h>

#include <algorithm>

#include "drawing.h"
#include "figures.h"
#include "strip.h"

namespace faultline::page {
namespace {

constexpr double row_height = 18, top = 46, bottom = 12;
constexpr std::size_t most_letters = 30;
constexpr Axis accuracy{0, 1, 225, 525};

/// A column of bars from `from` on.
struct Bars {
    std::string heading;
    std::string path;
    Axis x;
    Shown shown;
};

/// A row of the figure, of a layer's point or a group.
struct Row {
    std::string name;
    const Entry* entry = nullptr;
    const Point* point = nullptr;  ///< with runs; nothing for a group
};

double greatest(const std::vector<Row>& rows, const std::string& path) {
    double most = 0;
    for (const auto& row : rows)
        if (const auto number = row.entry->number(path)) most = std::max(most, number->value);
    return most;
}

std::vector<Bars> columns(const std::vector<Row>& rows) {
    const std::string errors = "errors", drop = "statistics.drop_per_error";
    std::vector<Bars> bars;
    if (rows.front().point != nullptr)
        bars.push_back(
            {errors, errors, {0, std::max(1.0, greatest(rows, errors)), 545, 625}, Shown::count});
    bars.push_back({"drop per error",
                    drop,
                    {0, std::max(1e-12, greatest(rows, drop)), 690, 770},
                    Shown::real});
    return bars;
}

std::string tip(const Row& row) {
    const auto errors = row.entry->number("errors");
    const auto drop = row.entry->number("statistics.drop_per_error");
    return fmt::format("{}: mean top-1 {}{}{}", shortened(row.name, 80),
                       told_with_interval(*row.entry, "statistics.top1"),
                       errors ? fmt::format("; {:g} errors", errors->value) : "",
                       drop ? fmt::format("; drop per error {:.3g}", drop->value) : "");
}

/// From the minimum to the maximum, one deviation around the mean, the mean.
Markup spread(const Row& row, double y) {
    const auto number = [&](const char* name) {
        return row.entry->number(std::string("statistics.top1.") + name);
    };
    const auto mean = number("mean"), sd = number("sd"), low = number("min"), high = number("max");
    if (!mean) return {};
    const auto at = [](double share) { return accuracy.place(std::clamp(share, 0.0, 1.0)); };
    Markup drawn;
    if (low && high) drawn += line({at(low->value), y}, {at(high->value), y}, {{"class", "range"}});
    if (sd) {
        const auto from = at(mean->value - sd->value), to = at(mean->value + sd->value);
        drawn += rectangle({from, y - 3.5}, {to - from, 7}, {{"class", "deviation"}});
    }
    auto attributes = mean->attributes();
    attributes.push_back({"class", "mean series-0"});
    attributes.push_back({"data-tip", tip(row)});
    return drawn + circle({at(mean->value), y}, 4, attributes);
}

Markup bar(const Row& row, const Bars& bars, double y) {
    const auto number = row.entry->number(bars.path);
    if (!number) return {};
    const auto end = bars.x.place(std::max(0.0, number->value));
    auto attributes = number->attributes();
    attributes.push_back({"class", "bar"});
    return rectangle({bars.x.from, y - 5}, {end - bars.x.from, 10}, attributes) +
           caption({end + 4, y + 4}, "start", written(number->value, bars.shown), "small");
}

Markup axis(double height, double golden) {
    Markup drawn;
    for (const auto tick : accuracy.ticks(5)) {
        const auto x = accuracy.place(tick);
        drawn += line({x, top - 8}, {x, height - bottom}, {{"class", "grid"}});
        drawn += caption({x, top - 14}, "middle", fmt::format("{:g}", tick));
    }
    const auto x = accuracy.place(golden);
    return drawn + line({x, top - 8}, {x, height - bottom}, {{"class", "golden series-0"}});
}

Markup draw(const std::vector<Row>& rows, double golden, const Size& size) {
    auto drawn = axis(size.height, golden);
    drawn += caption({accuracy.from, 14}, "start", "top-1 share", "heading");
    const auto bars = columns(rows);
    for (const auto& column : bars)
        drawn += caption({column.x.from, 14}, "start", column.heading, "heading");
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto y = top + row_height * (static_cast<double>(i) + 0.5);
        drawn += caption({accuracy.from - 10, y + 4}, "end", shortened(rows[i].name, most_letters));
        if (rows[i].point != nullptr) drawn += strip({*rows[i].point, accuracy, y, true, "faint"});
        drawn += spread(rows[i], y);
        for (const auto& column : bars) drawn += bar(rows[i], column, y);
    }
    return drawn;
}

Markup panel(const std::vector<Row>& rows, const Series& series, const std::string& id,
             const std::string& title) {
    if (rows.empty()) return {};
    const Size size = {840, top + bottom + row_height * static_cast<double>(rows.size())};
    return figure({fmt::format("{}-{}-{}", id, series.result, series.format), title,
                   drawing(size, title, "Top-1 share, errors and drop per error, line by line.",
                           draw(rows, series.golden, size)),
                   text("Dot: mean over the runs; box: one standard deviation to each side; line: "
                        "minimum to maximum; faint dots: runs. Dashed: golden. A layer that holds "
                        "more bits may get more errors; the drop per error allows for that.")});
}

}  // namespace

Markup layers_figures(const std::vector<Result>& results) {
    Markup panels;
    for (const auto* series : series_of(results, "layer")) {
        std::vector<Row> layers, groups;
        for (const auto& point : series->points)
            layers.push_back({point.entry.text_at("layer"), &point.entry, &point});
        for (const auto& group : series->groups)
            groups.push_back({group.text_at("name"), &group, nullptr});
        panels += panel(layers, *series, "figure-layers",
                        fmt::format("Figure 3: accuracy by faulty layer, {}", series->label));
        panels +=
            panel(groups, *series, "figure-groups",
                  fmt::format("Figure 3b: accuracy by group of faulty layers, {}", series->label));
    }
    return panels;
}

}  // namespace faultline::page
