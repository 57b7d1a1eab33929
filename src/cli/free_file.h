#pragma once

#include <filesystem>

namespace faultline::cli {

/// Throws core::Error(usage) when `file` is there and may not be overwritten.
void require_free(const std::filesystem::path& file, bool force);

}  // namespace faultline::cli
