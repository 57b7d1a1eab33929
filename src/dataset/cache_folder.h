#pragma once

#include <filesystem>
#include <string>

namespace faultline::dataset {

/// The folder named, else faultline/images in $XDG_CACHE_HOME or ~/.cache. Throws Error(usage) when
/// the environment names no place.
std::filesystem::path cache_folder(const std::string& named);

/// A folder is ours when CACHEDIR.TAG in it says so; one that isn't there, or holds nothing but
/// hidden files, can become ours. Throws Error(usage) for any other.
void require_own(const std::filesystem::path& folder);

/// Makes the folder and marks it as ours (bford.info/cachedir), so that backups pass over it.
/// Throws Error(usage) where files can't be written.
void make_own(const std::filesystem::path& folder);

}  // namespace faultline::dataset
