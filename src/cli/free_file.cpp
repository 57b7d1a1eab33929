#include "free_file.h"

#include <faultline/core/error.h>
#include <fmt/format.h>

namespace faultline::cli {

void require_free(const std::filesystem::path& file, bool force) {
    std::error_code ignored;
    if (force || !std::filesystem::exists(file, ignored)) return;
    throw core::Error(
        core::Fault::usage,
        fmt::format("{} is there already; give another --output, or --force to overwrite it",
                    file.string()));
}

}  // namespace faultline::cli
