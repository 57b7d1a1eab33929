// What one error does. The map of layers and bits is a table whose cells are coloured: figure and
// table in one, which a screen reader, a keyboard and a printer all know how to handle.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>

#include "drawing.h"
#include "figures.h"
#include "scale.h"

namespace faultline::page {
namespace {

constexpr double height = 320, column = 22, left = 62;
constexpr std::array<const char*, 2> directions = {"0to1", "1to0"};
constexpr auto metric = "statistics.critical";

std::string arrow(const std::string& direction) { return direction == "0to1" ? "0 → 1" : "1 → 0"; }

/// Strata by where they are: an empty layer, bit -1 and an empty direction stand for any.
struct Where {
    std::string layer;
    int bit = -1;
    std::string direction;

    auto operator<=>(const Where&) const = default;
};

std::map<Where, const Entry*> by_place(const Series& series) {
    std::map<Where, const Entry*> found;
    for (const auto& entry : series.strata) {
        const auto bit = entry.number("bit");
        found[{entry.text_at("layer"), bit ? static_cast<int>(bit->value) : -1,
               entry.text_at("direction")}] = &entry;
    }
    return found;
}

std::map<int, std::string> bits(const Series& series) {
    std::map<int, std::string> roles;
    for (const auto& entry : series.strata)
        if (const auto bit = entry.number("bit"))
            roles[static_cast<int>(bit->value)] = entry.text_at("role");
    return roles;
}

std::string tip(const Entry& entry) {
    const auto trials = entry.number("trials");
    return fmt::format("{}: critical {}; {:g} trials", shortened(entry.key, 90),
                       told_with_interval(entry, metric, Shown::real),
                       trials ? trials->value : 0.0);
}

double greatest_mean(const Series& series, const std::function<bool(const Entry&)>& counts) {
    double most = 0;
    for (const auto& entry : series.strata) {
        if (!counts(entry)) continue;
        if (const auto mean = entry.number(std::string(metric) + ".mean"))
            most = std::max(most, mean->value);
    }
    return most;
}

Markup direction_legend() {
    Markup legend;
    double x = left + 8;
    for (std::size_t i = 0; i < directions.size(); ++i, x += 80) {
        legend += circle({x, 16}, 4, {{"class", fmt::format("mean series-{}", i)}});
        legend += caption({x + 10, 20}, "start", arrow(directions[i]));
    }
    return legend;
}

Markup by_direction(const Series& series) {
    const auto roles = bits(series);
    if (roles.empty()) return {};
    const auto strata = by_place(series);
    const Size size = {std::max(420.0, left + column * static_cast<double>(roles.size()) + 16),
                       height};
    const Axis x{0, 1, left, size.width - 16}, y{0, 1, height - 56, 34};
    auto content = grid(x, y, 5) + direction_legend();
    double at = left + column / 2;
    for (const auto& [bit, role] : roles) {
        for (std::size_t i = 0; i < directions.size(); ++i) {
            const auto found = strata.find({"", bit, directions[i]});
            if (found == strata.end()) continue;
            const auto mean = found->second->number(std::string(metric) + ".mean");
            if (!mean) continue;
            const Spot spot = {at - 4 + 8 * static_cast<double>(i), y.place(mean->value)};
            content += mean_mark({*found->second, metric, spot, y, fmt::format("series-{}", i),
                                  tip(*found->second)});
        }
        const auto shown = role.find('/') == std::string::npos ? role : "mixed";
        content += caption({at, height - 34}, "middle", std::to_string(bit), "bit role-" + shown);
        at += column;
    }
    content +=
        caption({(x.from + x.to) / 2, height - 10}, "middle", "bit (0 is the least significant)");
    const auto title =
        fmt::format("Figure 2b: what one error does, by bit and direction, {}", series.label);
    return figure({fmt::format("figure-directions-{}-{}", series.result, series.format), title,
                   drawing(size, title, "Share of images that one error makes critical.", content),
                   text("Share of images (right without faults) that one error in this bit makes "
                        "wrong or not finite, with its interval. Bits without a dot were not met "
                        "in that direction.")});
}

Markup heat_cell(const Entry* entry, double most) {
    if (entry == nullptr) return element("td", {{"class", "none"}, {"aria-label", "no data"}}, "");
    const auto mean = entry->number(std::string(metric) + ".mean");
    if (!mean) return element("td", {{"class", "none"}, {"aria-label", "no data"}}, "");
    auto attributes = mean->attributes();
    attributes.push_back(
        {"class", fmt::format("v{}", scale_step(most > 0 ? mean->value / most : 0))});
    attributes.push_back({"data-tip", tip(*entry)});
    return element("td", attributes, fmt::format("{:.0f}", 100 * mean->value));
}

Markup heat_table(const Series& series, const std::string& direction,
                  const std::vector<std::string>& layers, double most) {
    const auto strata = by_place(series);
    const auto roles = bits(series);
    Markup head = element("th", {{"scope", "col"}}, "layer");
    for (const auto& [bit, role] : roles)
        head += element("th", {{"scope", "col"}}, std::to_string(bit));
    Markup rows = element("tr", {}, head);
    for (const auto& layer : layers) {
        auto row = element("th", {{"scope", "row"}}, shortened(layer, 40));
        for (const auto& [bit, role] : roles) {
            const auto found = strata.find({layer, bit, direction});
            row += heat_cell(found == strata.end() ? nullptr : found->second, most);
        }
        rows += element("tr", {}, row);
    }
    return element("table", {{"class", "heat"}, {"tabindex", "0"}},
                   element("caption", {}, arrow(direction)) + rows);
}

std::vector<std::string> met_layers(const Result& result, const Series& series) {
    std::set<std::string> met;
    for (const auto& entry : series.strata)
        if (entry.number("bit")) met.insert(entry.text_at("layer"));
    std::vector<std::string> layers;
    for (const auto& layer : result.layers)
        if (met.count(layer.name) > 0) layers.push_back(layer.name);
    return layers;
}

/// Without the empty name, which stands for all layers.
Markup heat_maps(const Result& result, const Series& series) {
    const auto layers = met_layers(result, series);
    if (layers.empty() || bits(series).empty()) return {};
    const auto most = greatest_mean(series, [](const Entry& entry) {
        return entry.number("bit") && !entry.text_at("layer").empty();
    });
    Markup tables;
    for (const auto* direction : directions) tables += heat_table(series, direction, layers, most);
    return figure(
        {fmt::format("figure-heat-{}-{}", series.result, series.format),
         fmt::format("Figure 2c: what one error does, by layer, bit and direction, {}",
                     series.label),
         tables + scale_legend("harmless", fmt::format("{:.0f} % critical", 100 * most)),
         text("Per cent of images that one error makes critical, mean over the trials that met the "
              "cell. Hatched: never met, no data. Many cells rest on few trials: see the number of "
              "trials and the interval in each cell's tip.")});
}

}  // namespace

Markup strata_figures(const std::vector<Result>& results) {
    Markup figures;
    for (const auto* series : series_of(results, "sample"))
        figures += by_direction(*series) + heat_maps(results[series->result], *series);
    return figures;
}

}  // namespace faultline::page
