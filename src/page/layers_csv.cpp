#include <faultline/report/point_columns.h>
#include <fmt/format.h>

#include <map>

#include "stored.h"

namespace faultline::page {
namespace {

struct Column {
    const char* name;
    const char* path;
};

/// Of a point of the layer-wise test.
constexpr Column tested[] = {{"errors", "errors"},
                             {"runs", "statistics.runs"},
                             {"top1_mean", "statistics.top1.mean"},
                             {"top1_sd", "statistics.top1.sd"},
                             {"top1_min", "statistics.top1.min"},
                             {"top1_max", "statistics.top1.max"},
                             {"top1_low", "statistics.top1.interval.low"},
                             {"top1_high", "statistics.top1.interval.high"},
                             {"drop_per_error", "statistics.drop_per_error"}};
/// Of a layer's stratum.
constexpr Column sampled[] = {{"trials", "trials"},
                              {"critical_mean", "statistics.critical.mean"},
                              {"critical_low", "statistics.critical.interval.low"},
                              {"critical_high", "statistics.critical.interval.high"}};

struct Found {
    const Entry* tested = nullptr;
    const Entry* sampled = nullptr;
};

std::map<std::string, Found> by_layer(const Series& series) {
    std::map<std::string, Found> found;
    if (series.test == "layer")
        for (const auto& point : series.points)
            found[point.entry.text_at("layer")].tested = &point.entry;
    for (const auto& entry : series.strata)
        if (const auto layer = entry.text_at("layer"); !layer.empty() && !entry.number("bit"))
            found[layer].sampled = &entry;
    return found;
}

template <std::size_t count>
std::string fields(const Entry* entry, const Column (&columns)[count]) {
    std::string text;
    for (const auto& column : columns) {
        const auto number = entry == nullptr ? std::nullopt : entry->number(column.path);
        text += number ? fmt::format(",{}", number->value) : ",";
    }
    return text;
}

}  // namespace

std::string layers_csv(const std::vector<Source>& sources) {
    std::string text = "result,format,golden_top1,layer,group,kind,macs,weights";
    for (const auto& column : tested) text += std::string(",") + column.name;
    for (const auto& column : sampled) text += std::string(",") + column.name;
    text += "\n";
    for (const auto& result : read(sources)) {
        for (const auto& series : result.series) {
            const auto found = by_layer(series);
            for (const auto& layer : result.layers) {
                const auto entry = found.find(layer.name);
                const auto numbers = entry == found.end() ? Found{} : entry->second;
                text += fmt::format("{},{},{},{},{},{},{},{}{}{}\n", report::csv_field(result.file),
                                    series.format, series.golden, report::csv_field(layer.name),
                                    report::csv_field(layer.group), layer.kind, layer.macs,
                                    layer.parameters, fields(numbers.tested, tested),
                                    fields(numbers.sampled, sampled));
            }
        }
    }
    return text;
}

}  // namespace faultline::page
