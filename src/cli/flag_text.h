#pragma once

#include <faultline/core/json.h>

#include <string>

namespace faultline::cli {

/// A value as it would be given on the command line: lists with commas, whole numbers in a row as
/// "0-31".
std::string flag_text(const core::Json& value);

}  // namespace faultline::cli
