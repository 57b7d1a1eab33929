#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace faultline::dataset {

/// What lies below a folder; names starting with a dot are passed over.
struct Listing {
    std::string folder;
    std::vector<std::string> files;    ///< paths below `folder` with '/', sorted by their bytes
    std::vector<std::string> folders;  ///< directly in it, sorted by their bytes

    /// Those named like a JPEG or PNG file (.jpeg, .jpg, .png in any case).
    std::vector<std::string> images() const;
};

/// Throws Error(input) when `folder` isn't a folder that can be read.
Listing list(const std::string& folder);

/// A file called `name` in the folder, else beside it; empty when there is none.
std::string find_near(const std::string& folder, const std::string& name);

}  // namespace faultline::dataset
