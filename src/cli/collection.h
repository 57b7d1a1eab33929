#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "stored_points.h"

namespace faultline::cli {

/// What a table holds of one result.
struct CollectedResult {
    std::filesystem::path file;
    StoredPoints points;
};

/// The results that are named by their folder or file, or lie in folders of a named one (one level
/// deep): those of a folder in the order of cells, then of names. Throws core::Error(input) for
/// what is no result, naming file and key, and for a folder without results; core::Error(usage) for
/// a result that is named twice.
std::vector<CollectedResult> collect(const std::vector<std::string>& given);

/// points.csv of all results with three kinds of columns before: the cell, its value on each axis
/// ("axis_bits"), the result's folder.
std::string table(const std::vector<CollectedResult>& results);

}  // namespace faultline::cli
