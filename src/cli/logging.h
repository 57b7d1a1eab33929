#pragma once

#include <string>

namespace faultline::cli {

struct LogSettings {
    std::string level = "warning";  ///< trace, debug, info, warning, error, off
    std::string file;               ///< besides stderr
};

/// Sends the log to stderr and, when named, to a file. Throws core::Error(usage) for an unknown
/// level or a file that can't be written.
void start_log(const LogSettings& settings);

}  // namespace faultline::cli
