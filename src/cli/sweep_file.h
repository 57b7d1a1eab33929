#pragma once

#include <faultline/core/json.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sources.h"

namespace faultline::cli {

inline constexpr std::size_t most_cells = 100'000;

struct SweepValue {
    std::string name;
    std::vector<Source> sources;  ///< later ones win
};

struct SweepAxis {
    std::string name;
    std::vector<SweepValue> values;
};

/// One campaign of a sweep.
struct SweepCell {
    std::size_t index;                ///< among the sweep's cells
    std::vector<std::size_t> values;  ///< for each axis, the place of its value
    std::string name;                 ///< "network=squeezenet,bits=30"; its folder's, too
};

/// Campaigns over all combinations of settings, as a file describes them (README, "Sweeps").
struct Sweep {
    std::string file;
    std::string sha256;  ///< of the file's bytes
    std::vector<Source> base;
    std::vector<SweepAxis> axes;
    std::vector<SweepCell> cells;  ///< the last axis changes fastest; without what is excluded
};

/// Throws core::Error(usage) naming file and key: for keys that nobody reads, names that can't
/// stand in a folder's, settings that a config file couldn't hold, more than `most_cells` cells.
Sweep read_sweep(const std::string& file);

/// What the cell's campaign is made of: base, then the values of the axes in their order.
std::vector<Source> sources(const Sweep& sweep, const SweepCell& cell);

/// The one config that does what the cell's sources do one after another.
core::Json merged_config(const Sweep& sweep, const SweepCell& cell);

/// {"network": "squeezenet", "bits": "30"}
core::Json named_values(const Sweep& sweep, const SweepCell& cell);

}  // namespace faultline::cli
