#pragma once

#include <faultline/core/error.h>
#include <faultline/core/json.h>

#include <string>
#include <vector>

#include "settings.h"

namespace faultline::cli {

/// A config and where it comes from, for messages.
struct Source {
    core::Json config;
    std::string name;
    core::Fault fault = core::Fault::usage;  ///< whose mistake a wrong value is
};

/// What `work` throws is `fault`'s mistake.
template <class Work>
auto blaming(core::Fault fault, Work work) {
    try {
        return work();
    } catch (const core::Error& error) {
        throw core::Error(fault, error.what());
    }
}

/// Throws core::Error(usage) for what can't be read or is no JSON.
Source read_config(const std::string& file);

/// Fills the settings: from the sources, later ones win, then from `flags`. What `compat` implies
/// is a starting point: what any of them says beside it wins. Throws core::Error.
void fill(Settings& settings, std::vector<Source> sources, core::Json flags = core::Json::object());

}  // namespace faultline::cli
