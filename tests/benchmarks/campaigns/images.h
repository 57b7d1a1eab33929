#pragma once

#include <faultline/dataset/dataset.h>

#include <vector>

#include "settings.h"

namespace faultline::benchmarks {

/// As many full blocks as asked for: the first images of the dataset, or where none is named, drawn
/// ones that vary slowly in space, as photographs do. Throws core::Error when the dataset has fewer
/// images.
std::vector<dataset::Block> blocks(const Settings& settings);

}  // namespace faultline::benchmarks
