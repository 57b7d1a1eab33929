#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::dataset {

/// Class names in label order: sorted by their bytes, each once.
struct Classes {
    std::vector<std::string> names;

    /// Empty for a name that is no class.
    std::optional<std::int32_t> label(std::string_view name) const;
};

/// Sorts, and drops repetitions.
Classes classes_of(std::vector<std::string> names);

/// The first word of each line, in the file's order. Throws Error(input) for a blank line and for a
/// name that comes twice.
std::vector<std::string> read_names(const std::string& path);

/// The file's when `path` isn't empty, else those of `names`.
Classes classes_from(const std::string& path, std::vector<std::string> names);

}  // namespace faultline::dataset
