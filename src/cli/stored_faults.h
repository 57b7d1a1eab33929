#pragma once

#include <faultline/core/stored_value.h>

#include <filesystem>
#include <string>

namespace faultline::cli {

/// The fault list beside a result. Throws core::Error(input) when it isn't the file that the result
/// was written with.
std::string read_faults(const core::StoredValue& result, const std::filesystem::path& result_path);

/// The list's rows that belong to a trial of the result, as text. Throws core::Error(input) when
/// there aren't so many.
std::string listed_rows(const std::string& faults, const core::StoredValue& trial);

}  // namespace faultline::cli
