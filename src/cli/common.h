#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "flags.h"
#include "logging.h"
#include "progress.h"
#include "settings.h"

namespace faultline::cli {

/// What the subcommands share: settings from defaults, then config files, then flags.
struct Common {
    Settings settings;
    std::vector<std::string> configs;
    Flags flags;
    LogSettings log;
    std::string progress = "auto";

    /// Flags for the named sections, --config, and those of log and progress.
    void add_to(CLI::App& app, const std::vector<std::string>& section_names);

    /// After parsing: refuses unknown flags, starts the log, fills `settings`. A config file may
    /// hold sections that the subcommand has no flags for. Throws core::Error(usage).
    void resolve(const CLI::App& app);
};

}  // namespace faultline::cli
