#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "flags.h"
#include "logging.h"
#include "progress.h"
#include "settings.h"
#include "sources.h"

namespace faultline::cli {

/// What a subcommand takes on its command line.
struct Arguments {
    std::vector<std::string> sections;      ///< of the settings, those it has flags for
    std::vector<std::string> without = {};  ///< ... but for these keys
    core::Section own = {};                 ///< flags of its own, no part of a config file
    std::string positional = "model";       ///< what can be given without its flag
};

/// What the subcommands share: settings from defaults, then config files, then flags.
class Common {
 public:
    Settings settings;
    ProgressStyle progress = ProgressStyle::automatic;

    /// Flags for `arguments`, --config, and those of progress and log. `app` must not be
    /// parsed when this object is gone.
    void add_to(CLI::App& app, Arguments arguments);

    /// After parsing: refuses unknown flags, sets the subcommand's own values, starts the log.
    /// Throws core::Error(usage).
    void begin(const CLI::App& app);

    /// Fills the settings: from `stored` (what a result echoes), then config files (which may hold
    /// sections without flags here), then `cell` (of a sweep), then flags. What `compat` implies is
    /// a starting point: what any of them says beside it wins. Throws core::Error.
    void fill_settings(std::optional<Source> stored = {}, const std::vector<Source>& cell = {});

 private:
    core::Section general_options();

    std::vector<std::string> configs_;
    core::Section own_;
    Flags flags_;
    LogSettings log_;
};

}  // namespace faultline::cli
