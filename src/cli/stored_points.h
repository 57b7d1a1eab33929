#pragma once

#include <faultline/core/stored_value.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::cli {

/// Which cell of which sweep a result says it is.
struct StoredCell {
    std::string sha256;  ///< of the sweep's file
    std::uint64_t index = 0;
    std::string name;
    std::vector<std::pair<std::string, std::string>> values;  ///< by axis
};

/// What a table needs of a result.
struct StoredPoints {
    std::optional<StoredCell> cell;
    std::vector<std::string> rows;  ///< of its points, as in points.csv
};

/// Throws core::Error(input) naming file and key where the result lacks a column or has it of
/// another type.
StoredPoints stored_points(const core::StoredValue& result);

}  // namespace faultline::cli
