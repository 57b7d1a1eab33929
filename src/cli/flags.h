#pragma once

#include <faultline/core/options.h>

#include <CLI/CLI.hpp>
#include <span>
#include <string>

namespace faultline::cli {

/// The flags of one subcommand, made from descriptions of options. What is given on the command
/// line is kept as JSON, so that it can be applied like a config file.
class Flags {
 public:
    /// Makes a flag for each option; the section's name is the heading in the help. The option
    /// `positional` can be given without its flag, too. Of a flag given twice the later one counts,
    /// but for repeatable ones, whose values are a list.
    /// `app` must not be parsed when this object is gone.
    void add(CLI::App& app, const core::Section& section, const std::string& positional = "");

    /// {"section": {"key": value}} of the flags that were given.
    const core::Json& given() const { return given_; }

 private:
    void add_switch(CLI::App& app, const std::string& section, const core::Option& option);
    void add_repeatable(CLI::App& app, const std::string& section, const core::Option& option);
    void add_value(CLI::App& app, const std::string& section, const core::Option& option,
                   bool positional);

    core::Json given_ = core::Json::object();
};

/// Sets what `given` holds for these sections, in their order. Throws core::Error(usage) naming the
/// flag, not the key.
void apply_flags(std::span<const core::Section> sections, const core::Json& given);

/// Throws core::Error(usage) for what no flag of `app` took, with the nearest flag there is.
void refuse_unknown(const CLI::App& app);

}  // namespace faultline::cli
