#pragma once

#include <faultline/core/json.h>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// points.csv, column by column, made from the `points` of a result: whoever reads a result can
/// make the same lines.
namespace faultline::report {

struct PointColumn {
    enum class Kind { text, count, real };

    std::string name;
    Kind kind;
    std::vector<std::string> path;  ///< of its value in points[]: {"statistics", "top1", "mean"}
    bool optional = false;          ///< absent or null in a point where it means nothing
};

std::span<const PointColumn> point_columns();

/// "key,test,format,...", without an end of line.
std::string point_header();

/// A line for an entry of a result's points, without its end. `point` must hold every column that
/// isn't optional.
std::string point_row(const core::Json& point);

/// A field of a CSV file: quoted where it has to be, as RFC 4180 has it.
std::string csv_field(std::string_view text);

}  // namespace faultline::report
