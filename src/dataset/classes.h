#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lines.h"

namespace faultline::dataset {

/// Class names in label order: sorted by their bytes, each once.
struct Classes {
    std::vector<std::string> names;

    /// Empty for a name that is no class.
    std::optional<std::int32_t> label(std::string_view name) const;
};

/// Sorts, and drops repetitions.
Classes classes_of(std::vector<std::string> names);

/// The first word of each line, in their order. Throws Error(input) for a blank line and for a name
/// that comes twice.
std::vector<std::string> names_in(const Lines& lines);

/// Those of the map where there is one, else those of `names`.
Classes classes_from(const std::optional<Lines>& map, std::vector<std::string> names);

}  // namespace faultline::dataset
