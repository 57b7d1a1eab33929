#include "logging.h"

#include <faultline/core/error.h>
#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <vector>

namespace faultline::cli {

void start_log(const LogSettings& settings) {
    const auto level = spdlog::level::from_str(settings.level);
    if (level == spdlog::level::off && settings.level != "off") {
        throw core::Error(
            core::Fault::usage,
            fmt::format("--log-level {}: not one of trace, debug, info, warning, error, off",
                        settings.level));
    }
    std::vector<spdlog::sink_ptr> sinks = {std::make_shared<spdlog::sinks::stderr_color_sink_mt>()};
    try {
        if (!settings.file.empty()) {
            sinks.push_back(std::make_shared<spdlog::sinks::basic_file_sink_mt>(settings.file));
        }
    } catch (const spdlog::spdlog_ex& error) {
        throw core::Error(core::Fault::usage, fmt::format("--log-file {}: can't be written ({})",
                                                          settings.file, error.what()));
    }
    auto logger = std::make_shared<spdlog::logger>("faultline", sinks.begin(), sinks.end());
    logger->set_level(level);
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(logger);
}

}  // namespace faultline::cli
