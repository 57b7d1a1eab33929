// Runs are drawn one by one because they come in two kinds, those that keep their accuracy and
// those that lose all: a mean with its deviation would show a network that nobody has measured.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "drawing.h"
#include "figures.h"

namespace faultline::page {
namespace {

constexpr Size size = {760, 400};
constexpr std::size_t most_runs = 60;  // more lines than that hide each other
constexpr double logarithmic_from = 30;

/// Rates, or counts of errors.
struct Abscissa {
    bool rates = false;

    double value(const Point& point) const {
        return rates ? point.rate.value_or(0) : static_cast<double>(point.errors);
    }
    std::string told(const Point& point) const {
        return rates ? fmt::format("rate {:g}", value(point))
                     : fmt::format("{} errors", grouped(static_cast<std::uint64_t>(point.errors)));
    }
};

std::string tip(const Series& series, const Point& point, const Abscissa& x) {
    const auto collapse = point.entry.number("statistics.collapse.share");
    return fmt::format("{}, {}: mean top-1 {}; {} runs{}", series.label, x.told(point),
                       told_with_interval(point.entry, "statistics.top1"), point.run_shares.size(),
                       collapse ? fmt::format(", {:.0f} % collapsed", 100 * collapse->value) : "");
}

Axis horizontal(const std::vector<const Series*>& all, const Abscissa& x) {
    double low = 1e300, high = 0, least_above_zero = 1e300;
    for (const auto* series : all) {
        for (const auto& point : series->points) {
            const auto value = x.value(point);
            low = std::min(low, value);
            high = std::max(high, value);
            if (value > 0) least_above_zero = std::min(least_above_zero, value);
        }
    }
    Axis axis{low, high, 62, size.width - 16};
    axis.logarithmic = high / least_above_zero >= logarithmic_from;
    if (low <= 0) axis.offset = least_above_zero;
    return axis;
}

/// The runs' lines from point to point.
Markup run_lines(const Series& series, const Axis& x, const Axis& y, const Abscissa& abscissa,
                 const std::string& colour) {
    std::size_t runs = 0;
    for (const auto& point : series.points) runs = std::max(runs, point.run_shares.size());
    Markup lines;
    for (std::size_t run = 0; run < std::min(runs, most_runs); ++run) {
        std::vector<Spot> spots;
        for (const auto& point : series.points)
            if (run < point.run_shares.size())
                spots.push_back({x.place(abscissa.value(point)), y.place(point.run_shares[run])});
        lines +=
            element("polyline", {{"class", "run " + colour}, {"points", points_attribute(spots)}});
    }
    return lines;
}

/// `shift`: to one side, so that the means of several series don't hide each other.
Markup draw(const Series& series, std::size_t place, const Axis& x, const Axis& y,
            const Abscissa& abscissa, double shift) {
    const auto colour = fmt::format("series-{}", place % 6);
    Markup drawn = run_lines(series, x, y, abscissa, colour);
    drawn += line({x.from, y.place(series.golden)}, {x.to, y.place(series.golden)},
                  {{"class", "golden " + colour}});
    std::vector<Spot> means;
    Markup marks;
    for (const auto& point : series.points) {
        const auto mean = point.entry.number("statistics.top1.mean");
        if (!mean) continue;
        means.push_back({x.place(abscissa.value(point)) + shift, y.place(mean->value)});
        marks += mean_mark({point.entry, "statistics.top1", means.back(), y, colour,
                            tip(series, point, abscissa)});
    }
    drawn +=
        element("polyline", {{"class", "means " + colour}, {"points", points_attribute(means)}});
    return drawn + marks;
}

Markup legend(const std::vector<const Series*>& all) {
    Markup entries;
    double left = 70;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto label = shortened(all[i]->label, 24);
        entries += circle({left, 16}, 4, {{"class", fmt::format("mean series-{}", i % 6)}});
        entries += caption({left + 8, 20}, "start", label);
        left += 28 + 7.0 * static_cast<double>(label.size());
    }
    return entries;
}

Markup words(const std::vector<const Series*>& all) {
    std::size_t runs = 0;
    for (const auto* series : all)
        for (const auto& point : series->points) runs = std::max(runs, point.run_shares.size());
    return text(fmt::format(
        "Dots: mean top-1 over the runs, with its interval. Thin lines: {}, one each. Dashed: "
        "golden, without faults. The points' table holds the quantiles.",
        runs > most_runs ? fmt::format("the first {} of {} runs", most_runs, runs)
                         : std::string("single runs")));
}

/// What was measured at, where there is room; else round numbers.
Markup numbers_below(const std::vector<const Series*>& all, const Axis& x,
                     const Abscissa& abscissa) {
    constexpr std::size_t most_numbers = 14;
    constexpr double least_distance = 30;
    std::set<double> values;
    for (const auto* series : all)
        for (const auto& point : series->points) values.insert(abscissa.value(point));
    auto shown = x.ticks(8);
    if (values.size() <= most_numbers) shown.assign(values.begin(), values.end());
    Markup numbers;
    double last = -1e300;
    for (const auto value : shown) {
        const auto at = x.place(value);
        if (at - last < least_distance) continue;
        last = at;
        numbers += caption({at, size.height - 32}, "middle", fmt::format("{:g}", value));
    }
    return numbers;
}

Markup panel(const std::vector<const Series*>& all, const Abscissa& abscissa) {
    if (all.empty()) return {};
    const auto x = horizontal(all, abscissa);
    const Axis y{0, 1, size.height - 52, 34};
    Markup content = grid(x, y, 5);
    content += numbers_below(all, x, abscissa);
    content += caption({(x.from + x.to) / 2, size.height - 8}, "middle",
                       abscissa.rates ? "bit error rate" : "errors in the network");
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto shift = 6 * (static_cast<double>(i) - static_cast<double>(all.size() - 1) / 2);
        content += draw(*all[i], i, x, y, abscissa, shift);
    }
    const auto title = abscissa.rates ? "Figure 1: accuracy against the bit error rate"
                                      : "Figure 1: accuracy against the number of errors";
    return figure({abscissa.rates ? "figure-rates" : "figure-errors", title,
                   drawing(size, title, "Top-1 share by the amount of faults, 0 to 1.",
                           content + legend(all)),
                   words(all)});
}

}  // namespace

Markup errors_figure(const std::vector<Result>& results) {
    std::vector<const Series*> counts, rates;
    for (const auto* series : series_of(results, "full")) {
        if (series->points.empty()) continue;
        (series->points.front().rate ? rates : counts).push_back(series);
    }
    return panel(counts, {false}) + panel(rates, {true});
}

}  // namespace faultline::page
