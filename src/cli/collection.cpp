#include "collection.h"

#include <faultline/core/error.h>
#include <faultline/report/point_columns.h>
#include <faultline/report/result.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "stored_result.h"
#include "sweep_file.h"

namespace faultline::cli {

namespace fs = std::filesystem;

namespace {

CollectedResult collect_result(const fs::path& file) {
    const auto json = read_result(file);
    return {file, stored_points(core::StoredValue(file.string(), json))};
}

/// Of a folder's own folders. Sorted by name.
std::vector<fs::path> results_below(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code failure;
    for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end;
         entry.increment(failure)) {
        std::error_code ignored;
        const auto file = entry->path() / report::result_file;
        if (fs::exists(file, ignored)) files.push_back(file);
    }
    if (failure)
        throw core::Error(core::Fault::input, fmt::format("{}: cannot list the folder: {}",
                                                          folder.string(), failure.message()));
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<fs::path> find_results(const std::string& given) {
    const auto own = result_path(given);
    std::error_code ignored;
    if (!fs::is_directory(given, ignored) || fs::exists(own, ignored)) return {own};
    auto files = results_below(given);
    if (!files.empty()) return files;
    throw core::Error(
        core::Fault::input,
        fmt::format("{}: there is no {} in this folder, nor in a folder in it; give a "
                    "result's folder, or the --output of a sweep's runs",
                    given, report::result_file));
}

std::uint64_t place_of(const CollectedResult& result) {
    return result.points.cell ? result.points.cell->index : most_cells;
}

std::vector<std::string> axes_of(const std::vector<CollectedResult>& results) {
    std::vector<std::string> axes;
    for (const auto& result : results) {
        if (!result.points.cell) continue;
        for (const auto& [axis, unused] : result.points.cell->values)
            if (std::find(axes.begin(), axes.end(), axis) == axes.end()) axes.push_back(axis);
    }
    return axes;
}

/// The fields before those of the point.
std::string leading_fields(const CollectedResult& result, const std::vector<std::string>& axes) {
    const auto cell = result.points.cell.value_or(StoredCell{});
    auto text = report::csv_field(cell.name) + ",";
    for (const auto& axis : axes) {
        const auto found = std::find_if(cell.values.begin(), cell.values.end(),
                                        [&](const auto& value) { return value.first == axis; });
        text += (found == cell.values.end() ? "" : report::csv_field(found->second)) + ",";
    }
    return text + report::csv_field(result.file.parent_path().string()) + ",";
}

}  // namespace

std::vector<CollectedResult> collect(const std::vector<std::string>& given) {
    std::vector<CollectedResult> all;
    std::set<fs::path> seen;
    for (const auto& name : given) {
        std::vector<CollectedResult> results;
        for (const auto& file : find_results(name)) {
            if (!seen.insert(fs::weakly_canonical(file)).second)
                throw core::Error(
                    core::Fault::usage,
                    fmt::format("{}: would be in the table twice; name it once", file.string()));
            results.push_back(collect_result(file));
        }
        std::stable_sort(results.begin(), results.end(), [](const auto& left, const auto& right) {
            return place_of(left) < place_of(right);
        });
        std::move(results.begin(), results.end(), std::back_inserter(all));
    }
    return all;
}

std::string table(const std::vector<CollectedResult>& results) {
    const auto axes = axes_of(results);
    std::string text = "cell,";
    for (const auto& axis : axes) text += report::csv_field("axis_" + axis) + ",";
    text += "folder," + report::point_header() + "\n";
    for (const auto& result : results) {
        const auto leading = leading_fields(result, axes);
        for (const auto& row : result.points.rows) text += leading + row + "\n";
    }
    return text;
}

}  // namespace faultline::cli
