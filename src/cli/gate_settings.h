#pragma once

#include <faultline/core/options.h>

#include <string>
#include <vector>

namespace faultline::cli {

/// Bounds that a result must keep, and where what became of them is written.
struct GateSettings {
    std::vector<std::string> gates;
    std::string junit;     ///< file; empty: not written
    std::string markdown;  ///< file
};

/// Section "gates". They decide no number: no part of what a campaign is.
core::Section options(GateSettings& settings);

}  // namespace faultline::cli
