#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace faultline::cli {

/// Help as this program prints it: "--runs N", "--csv, --no-csv"; defaults stand in the text.
class HelpFormatter : public CLI::Formatter {
 public:
    HelpFormatter() { column_width(34); }

    std::string make_option_name(const CLI::Option* option, bool is_positional) const override;
    std::string make_option_opts(const CLI::Option* option) const override;
};

}  // namespace faultline::cli
