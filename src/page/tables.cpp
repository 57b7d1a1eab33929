#include "tables.h"

#include <faultline/report/point_columns.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "drawing.h"

namespace faultline::page {
namespace {

Markup row(const Markup& cells, const std::string& id = "") {
    return element("tr", id.empty() ? Attributes{} : Attributes{{"id", id}}, cells);
}

/// What a series tells of layers, by their names.
struct LayerColumns {
    const Series* series = nullptr;
    std::vector<std::string> heads;
    std::map<std::string, const Entry*> entries = {};
};

LayerColumns of_layer_test(const Series& series) {
    LayerColumns columns{
        &series, {"errors", "mean top-1 " + series.label, "sd", "min", "max", "drop per error"}};
    for (const auto& point : series.points)
        columns.entries[point.entry.text_at("layer")] = &point.entry;
    return columns;
}

LayerColumns of_sample(const Series& series) {
    LayerColumns columns{&series, {"trials", "critical per error " + series.label}};
    for (const auto& entry : series.strata)
        if (const auto layer = entry.text_at("layer"); !layer.empty() && !entry.number("bit"))
            columns.entries[layer] = &entry;
    return columns;
}

/// Of all results on the same network.
std::vector<LayerColumns> layer_columns(const std::vector<Result>& results, std::size_t network) {
    std::vector<LayerColumns> columns;
    for (const auto& result : results) {
        if (result.network != network) continue;
        for (const auto& series : result.series) {
            if (series.test == "layer") columns.push_back(of_layer_test(series));
            if (series.test == "sample") columns.push_back(of_sample(series));
        }
    }
    return columns;
}

Markup empty_cells(const LayerColumns& columns, const Markup& content) {
    Markup cells;
    for (std::size_t i = 0; i < columns.heads.size(); ++i) cells += cell(content);
    return cells;
}

Markup layer_cells(const LayerColumns& columns, const std::string& layer) {
    const auto found = columns.entries.find(layer);
    if (found == columns.entries.end()) return empty_cells(columns, value({}));
    const auto& entry = *found->second;
    if (columns.series->test == "sample")
        return cell(value(entry.number("trials"), Shown::count)) +
               cell(with_interval(entry, "statistics.critical", Shown::real));
    auto cells = cell(value(entry.number("errors"), Shown::count)) +
                 cell(with_interval(entry, "statistics.top1"));
    for (const auto* name : {"sd", "min", "max"})
        cells += cell(value(entry.number(std::string("statistics.top1.") + name)));
    return cells + cell(value(entry.number("statistics.drop_per_error"), Shown::real));
}

Markup layers_table(const std::vector<Result>& results, std::size_t place) {
    const auto& result = results[place];
    Table table{
        "Table 1: layers of " + shortened(result.model, 120),
        {{"layer"}, {"group", true}, {"kind", true}, {"weights"}, {"multiply-accumulates"}}};
    const auto columns = layer_columns(results, place);
    for (const auto& more : columns)
        for (const auto& head : more.heads) table.heads.push_back({head});
    std::uint64_t weights = 0, macs = 0;
    for (std::size_t i = 0; i < result.layers.size(); ++i) {
        const auto& layer = result.layers[i];
        auto cells = row_head(layer.name) + words_cell(text(layer.group)) +
                     words_cell(text(layer.kind)) + cell(grouped(layer.parameters)) +
                     cell(grouped(layer.macs));
        for (const auto& more : columns) cells += layer_cells(more, layer.name);
        table.rows.push_back(row(cells, layer_id(place, i)));
        weights += layer.parameters;
        macs += layer.macs;
    }
    auto total =
        row_head("all") + cell("") + cell("") + cell(grouped(weights)) + cell(grouped(macs));
    for (const auto& more : columns) total += empty_cells(more, {});
    table.rows.push_back(row(total));
    return table.markup();
}

std::string dotted(const report::PointColumn& column) {
    return fmt::format("{}", fmt::join(column.path, "."));
}

Markup point_cell(const Point& point, const report::PointColumn& column) {
    using Kind = report::PointColumn::Kind;
    if (column.kind == Kind::text) return cell(point.entry.text_at(column.path.front()));
    return cell(value(point.entry.number(dotted(column)),
                      column.kind == Kind::count ? Shown::count : Shown::share));
}

/// Whether any point of the series has it.
bool is_used(const Series& series, const report::PointColumn& column) {
    if (!column.optional) return column.name != "test" && column.name != "format";
    return std::any_of(series.points.begin(), series.points.end(), [&](const Point& point) {
        return point.entry.value.find(column.path.front()).has_value();
    });
}

/// Of a protected memory: what became of words with wrong bits, means over the runs.
std::vector<const char*> hit_word_columns(const Series& series) {
    if (series.points.empty() || !series.points.front().entry.value.find("hit_words")) return {};
    return {"corrected", "zeroed", "silent"};
}

Markup points_table(const Series& series) {
    Table table{"Points of " + series.label + " (" + series.test + " test)", {}};
    std::vector<const report::PointColumn*> columns;
    for (const auto& column : report::point_columns())
        if (is_used(series, column) && column.name != "key") columns.push_back(&column);
    table.heads.push_back({"key"});
    for (const auto* column : columns) table.heads.push_back({column->name});
    const auto hit_words = hit_word_columns(series);
    for (const auto* column : hit_words) table.heads.push_back({std::string("words ") + column});
    for (const auto& point : series.points) {
        auto cells = row_head(point.entry.key);
        for (const auto* column : columns) cells += point_cell(point, *column);
        for (const auto* column : hit_words)
            cells +=
                cell(value(point.entry.number(std::string("hit_words.") + column), Shown::real));
        table.rows.push_back(row(cells));
    }
    return table.markup();
}

Markup strata_table(const Series& series) {
    Table table{"What one error does: " + series.label,
                {{"stratum"},
                 {"trials"},
                 {"share of all bits"},
                 {"critical"},
                 {"sdc1"},
                 {"sdc5"},
                 {"nonfinite"},
                 {"drop of top-1"}}};
    for (const auto& entry : series.strata) {
        if (!entry.text_at("layer").empty() && entry.number("bit")) continue;
        auto cells = row_head(entry.key) + cell(value(entry.number("trials"), Shown::count)) +
                     cell(value(entry.number("space_share")));
        for (const auto* metric : {"critical", "sdc1", "sdc5", "nonfinite", "paired_drop"})
            cells += cell(with_interval(entry, std::string("statistics.") + metric, Shown::real));
        table.rows.push_back(row(cells));
    }
    return table.markup();
}

}  // namespace

Markup cell(const Markup& content) { return element("td", {}, content); }
Markup cell(std::string_view foreign) { return element("td", {}, foreign); }
Markup words_cell(const Markup& content) { return element("td", {{"class", "words"}}, content); }
Markup row_head(std::string_view foreign) { return element("th", {{"scope", "row"}}, foreign); }

Markup Table::markup() const {
    Markup head;
    for (const auto& [name, words] : heads)
        head += element("th", {{"scope", "col"}, {"class", words ? "words" : "number"}}, name);
    Markup body;
    for (const auto& row : rows) body += row;
    return element(
        "div",
        {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", caption}},
        element("table", {},
                element("caption", {}, caption) + element("thead", {}, element("tr", {}, head)) +
                    element("tbody", {}, body)));
}

std::string layer_id(std::size_t network, std::size_t layer) {
    return fmt::format("layer-{}-{}", network, layer);
}

Markup layers_tables(const std::vector<Result>& results) {
    Markup tables;
    for (std::size_t place = 0; place < results.size(); ++place)
        if (results[place].network == place) tables += layers_table(results, place);
    return tables;
}

Markup points_tables(const std::vector<Result>& results) {
    Markup tables;
    for (const auto& result : results)
        for (const auto& series : result.series)
            if (!series.points.empty()) tables += points_table(series);
    return tables;
}

Markup strata_tables(const std::vector<Result>& results) {
    Markup tables;
    for (const auto* series : series_of(results, "sample"))
        if (!series->strata.empty()) tables += strata_table(*series);
    return tables;
}

}  // namespace faultline::page
