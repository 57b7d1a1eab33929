#pragma once

#include <faultline/dataset/dataset.h>

#include <cstdint>
#include <string>

namespace faultline::dataset {

/// The file that an item is in.
std::string file_of(const Item& item, const Settings& settings);

/// When the file was last changed, to be compared only. Throws std::filesystem::filesystem_error.
std::int64_t modified(const std::string& path);

}  // namespace faultline::dataset
