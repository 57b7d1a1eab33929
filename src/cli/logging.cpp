#include "logging.h"

#include <faultline/core/error.h>
#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <vector>

namespace faultline::cli {
namespace {

spdlog::level::level_enum level(LogLevel level) {
    switch (level) {
        case LogLevel::trace:
            return spdlog::level::trace;
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warning:
            return spdlog::level::warn;
        case LogLevel::error:
            return spdlog::level::err;
        case LogLevel::off:
            return spdlog::level::off;
    }
    return spdlog::level::warn;
}

}  // namespace

void start_log(const LogSettings& settings) {
    std::vector<spdlog::sink_ptr> sinks = {std::make_shared<spdlog::sinks::stderr_sink_mt>()};
    try {
        if (!settings.file.empty()) {
            sinks.push_back(std::make_shared<spdlog::sinks::basic_file_sink_mt>(settings.file));
        }
    } catch (const spdlog::spdlog_ex& error) {
        throw core::Error(core::Fault::usage, fmt::format("--log-file: {} can't be written ({})",
                                                          settings.file, error.what()));
    }
    auto logger = std::make_shared<spdlog::logger>("faultline", sinks.begin(), sinks.end());
    logger->set_level(level(settings.level));
    logger->flush_on(spdlog::level::trace);
    spdlog::set_default_logger(logger);
}

}  // namespace faultline::cli
