#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace faultline::core {

/// The whole file. Throws Error(input) when it is missing, unreadable, not a regular file, or
/// larger than `limit_bytes`.
std::string read_file(const std::filesystem::path& path, std::uint64_t limit_bytes);

/// Writes a temporary file in the same folder, syncs it, renames it to `path` and syncs the folder:
/// afterwards `path` holds the old bytes or the new ones, never half. Throws Error(input) naming
/// the path and the system's reason (a full disk too).
void write_file(const std::filesystem::path& path, std::string_view bytes);

/// Creates `folder` (and its parents) and proves that files can be written there.
/// Throws Error(usage) otherwise.
void require_writable_folder(const std::filesystem::path& folder);

}  // namespace faultline::core
