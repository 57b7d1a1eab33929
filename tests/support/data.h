#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

/// Files that tests read.
namespace faultline::tests {

/// A tiny model of tests/data (made by scripts/make_test_models.py).
inline std::string model(const std::string& name) {
    return std::string(FAULTLINE_ROOT) + "/tests/data/" + name + ".pt";
}

/// Real networks and images, which are no part of the project: $FAULTLINE_DATA, else ../shared/data
/// beside it. Tests that need them skip where they are missing.
inline std::filesystem::path real_data() {
    if (const char* folder = std::getenv("FAULTLINE_DATA")) return folder;
    return std::filesystem::path(FAULTLINE_ROOT) / "../shared/data";
}

}  // namespace faultline::tests

/// Skips the test, with a message, where the file isn't there.
#define FAULTLINE_REQUIRE_REAL_DATA(path)                                                    \
    if (!std::filesystem::exists(path)) {                                                    \
        GTEST_SKIP() << (path) << " is missing: set FAULTLINE_DATA to run on real networks"; \
    }
