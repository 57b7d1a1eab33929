#include <cstdlib>
#include <optional>

#include "world.h"

namespace faultline::cli {
namespace {

constexpr const char* variable = "FAULTLINE_CACHE_OF_TESTS";

/// These tests keep their prepared images in a folder of their own, not in the user's. A death
/// test's process, which starts the program again, has its parent's.
struct CacheOfTests {
    std::optional<TemporaryFolder> folder;

    CacheOfTests() {
        if (std::getenv(variable) != nullptr) return;
        folder.emplace();
        setenv(variable, "set", 1);
        setenv("XDG_CACHE_HOME", folder->path.c_str(), 1);
    }
} const cache_of_tests;

}  // namespace
}  // namespace faultline::cli
