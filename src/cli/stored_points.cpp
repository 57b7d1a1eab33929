#include "stored_points.h"

#include <faultline/report/point_columns.h>

namespace faultline::cli {
namespace {

StoredCell stored_cell(const core::StoredValue& sweep) {
    StoredCell cell{sweep["sha256"].text(), sweep["index"].count(), sweep["cell"].text(), {}};
    const auto values = sweep["values"];
    for (const auto& axis : values.keys()) cell.values.emplace_back(axis, values[axis].text());
    return cell;
}

void require_column(const core::StoredValue& point, const report::PointColumn& column) {
    if (column.optional && !point.find(column.path.front())) return;
    auto value = point;
    for (const auto& key : column.path) value = value[key];
    switch (column.kind) {
        case report::PointColumn::Kind::text:
            return void(value.text());
        case report::PointColumn::Kind::count:
            return void(value.count());
        case report::PointColumn::Kind::real:
            return void(value.number());
    }
}

}  // namespace

StoredPoints stored_points(const core::StoredValue& result) {
    StoredPoints found;
    if (const auto sweep = result.find("sweep")) found.cell = stored_cell(*sweep);
    for (const auto& point : result["points"].list()) {
        for (const auto& column : report::point_columns()) require_column(point, column);
        found.rows.push_back(report::point_row(point.json()));
    }
    return found;
}

}  // namespace faultline::cli
