#pragma once

#include <faultline/core/json.h>

#include <string>
#include <vector>

#include "sweep_file.h"

namespace faultline::cli {

/// All combinations of the axes' values but for those that an entry of `exclude` fits:
/// {"network": "googlenet", "bits": ["30", "31"]} fits a cell that has the value, or one of the
/// values, on each axis it names. Throws core::Error(usage) naming `file` and key.
std::vector<SweepCell> sweep_cells(const std::vector<SweepAxis>& axes, const core::Json& exclude,
                                   const std::string& file);

}  // namespace faultline::cli
