#pragma once

#include <string>

namespace faultline::cli {

enum class LogLevel { trace, debug, info, warning, error, off };

struct LogSettings {
    LogLevel level = LogLevel::warning;
    std::string file;  ///< besides stderr
};

/// Sends the log to stderr and, when named, to a file. Throws core::Error(usage) for a file that
/// can't be written.
void start_log(const LogSettings& settings);

}  // namespace faultline::cli
