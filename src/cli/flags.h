#pragma once

#include <faultline/core/options.h>
#include <CLI/CLI.hpp>

#include <span>
#include <string>
#include <vector>

namespace faultline::cli {

/// The flags of one subcommand, made from its sections' descriptions. What is given on the command
/// line is kept as JSON and applied like a config file.
class Flags {
 public:
    /// Makes a flag for each option; the section's name is the heading in the help. The key "model"
    /// can be given without its flag, too.
    void add(CLI::App& app, const core::Section& section);

    /// {"section": {"key": value}} of the flags that were given.
    const core::Json& given() const { return given_; }

 private:
    void add_switch(CLI::App& app, const std::string& section, const core::Option& option);
    void add_value(CLI::App& app, const std::string& section, const core::Option& option);

    core::Json given_ = core::Json::object();
};

/// Throws core::Error(usage) for what no flag took, with the nearest flag there is.
void refuse_unknown(const CLI::App& app);

/// A value as it would be given on the command line: lists with commas, whole numbers in a row as
/// "0-31".
std::string flag_text(const core::Json& value);

}  // namespace faultline::cli
