#include <fmt/format.h>

#include <faultline/report/point_columns.h>
#include <cassert>

#include "sections.h"

namespace faultline::report {

namespace {

using Kind = PointColumn::Kind;

PointColumn share_of(const std::string& outcome) {
    return {outcome, Kind::real, {"statistics", "outcomes", outcome, "share"}};
}

PointColumn top1(const std::string& name, std::vector<std::string> path) {
    path.insert(path.begin(), {"statistics", "top1"});
    return {"top1_" + name, Kind::real, std::move(path)};
}

std::vector<PointColumn> where_columns() {
    return {{"key", Kind::text, {"key"}},           {"test", Kind::text, {"test"}},
            {"format", Kind::text, {"format"}},     {"errors", Kind::count, {"errors"}},
            {"bit", Kind::count, {"bit"}, true},    {"layer", Kind::text, {"layer"}, true},
            {"group", Kind::text, {"group"}, true}, {"runs", Kind::count, {"statistics", "runs"}}};
}

std::vector<PointColumn> accuracy_columns() {
    return {top1("mean", {"mean"}),
            top1("sd", {"sd"}),
            top1("min", {"min"}),
            top1("max", {"max"}),
            top1("p05", {"quantiles", "p05"}),
            top1("p25", {"quantiles", "p25"}),
            top1("p50", {"quantiles", "p50"}),
            top1("p75", {"quantiles", "p75"}),
            top1("p95", {"quantiles", "p95"}),
            top1("low", {"interval", "low"}),
            top1("high", {"interval", "high"}),
            {"top5_mean", Kind::real, {"statistics", "top5", "mean"}},
            {"drop_mean", Kind::real, {"statistics", "paired_drop", "mean"}},
            {"drop_fault_sd", Kind::real, {"statistics", "paired_drop", "fault_sd"}},
            {"drop_image_sd", Kind::real, {"statistics", "paired_drop", "image_sd"}}};
}

std::vector<PointColumn> outcome_columns() {
    return {{"over_one_point", Kind::real, {"statistics", "over_one_point", "share"}},
            {"collapse", Kind::real, {"statistics", "collapse", "share"}},
            share_of("masked"),
            share_of("benign"),
            share_of("sdc1"),
            share_of("sdc5"),
            share_of("nonfinite"),
            share_of("critical"),
            {"errors_mean", Kind::real, {"errors_mean"}},
            {"exposed_bits", Kind::count, {"exposed_bits"}}};
}

std::vector<PointColumn> all_columns() {
    auto all = where_columns();
    for (const auto& more : {accuracy_columns(), outcome_columns()})
        all.insert(all.end(), more.begin(), more.end());
    return all;
}

/// Null where the way to it ends early.
const core::Json& value_at(const core::Json& point, const PointColumn& column) {
    static const core::Json nothing;
    const auto* value = &point;
    for (const auto& key : column.path) {
        const auto found = value->find(key);
        if (found == value->end()) return nothing;
        value = &*found;
    }
    return *value;
}

std::string field(const core::Json& value, const PointColumn& column) {
    if (value.is_null()) {
        assert(column.optional);
        return "";
    }
    switch (column.kind) {
        case Kind::text:
            return csv_field(value.get_ref<const std::string&>());
        case Kind::count:
            return std::to_string(value.get<std::uint64_t>());
        case Kind::real:
            return fmt::format("{}", value.get<double>());
    }
    return "";
}

}  // namespace

std::span<const PointColumn> point_columns() {
    static const auto columns = all_columns();
    return columns;
}

std::string point_header() {
    std::string text;
    for (const auto& column : point_columns()) text += (text.empty() ? "" : ",") + column.name;
    return text;
}

std::string point_row(const core::Json& point) {
    std::string text;
    for (const auto& column : point_columns())
        text += (text.empty() ? "" : ",") + field(value_at(point, column), column);
    return text;
}

std::string csv_field(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
    std::string result = "\"";
    for (const char letter : text) result += letter == '"' ? "\"\"" : std::string(1, letter);
    return result + '"';
}

std::string points_csv(const Inputs& inputs) {
    auto text = point_header() + "\n";
    for (const auto& point : points_json(inputs)) text += point_row(point) + "\n";
    return text;
}

}  // namespace faultline::report
