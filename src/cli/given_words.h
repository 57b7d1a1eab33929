#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace faultline::cli {

/// What `app` was given, flag by flag, but for those named in `without` ("--runs"); quoted for a
/// shell where needed.
std::string given_words(const CLI::App& app, const std::vector<std::string>& without);

}  // namespace faultline::cli
