#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace faultline::core {

/// The whole file. Throws Error(input) when it is missing, unreadable, not a regular file, or
/// larger than `limit_bytes`.
std::string read_file(const std::filesystem::path& path, std::uint64_t limit_bytes);

/// The file's lines, newline included, one after another; what follows the last newline isn't one.
/// Whether there is nothing of that kind. Throws Error(input) as read_file; the limit is a line's.
bool read_lines(const std::filesystem::path& path, std::uint64_t limit_bytes,
                const std::function<void(std::string_view line)>& line);

/// Writes a temporary file in the same folder, syncs it, renames it to `path` and syncs the folder:
/// afterwards `path` holds the old bytes or the new ones, never half. Throws Error(input) naming
/// the path and the system's reason (a full disk too).
void write_file(const std::filesystem::path& path, std::string_view bytes);

/// `from` becomes `to`, which it replaces; the folder is synced. Throws Error(input).
void replace_file(const std::filesystem::path& from, const std::filesystem::path& to);

/// Syncs the names in the folder: files made or renamed there are found again after a crash.
void sync_folder(const std::filesystem::path& folder);

/// Creates `folder` (and its parents) and proves that files can be written there.
/// Throws Error(usage) otherwise.
void require_writable_folder(const std::filesystem::path& folder);

}  // namespace faultline::core
