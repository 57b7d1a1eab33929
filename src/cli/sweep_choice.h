#pragma once

#include <faultline/core/options.h>

#include <string>

#include "common.h"

namespace faultline::cli {

/// Which cell of which sweep a run is; as given.
struct SweepChoice {
    std::string sweep;  ///< file
    std::string index;  ///< a number or "slurm"
};

/// The section "sweep" of a run's flags. `choice` must outlive it.
core::Section options(SweepChoice& choice);

/// Fills the settings, the chosen cell's config among them where one is chosen: its result goes to
/// a folder of its own in that of --output. Throws core::Error.
void fill_settings(Common& common, const SweepChoice& choice);

}  // namespace faultline::cli
