#pragma once

#include <string>

namespace faultline::number {

/// What a bit of a stored number stands for.
enum class Role { mantissa, exponent, sign };

/// One word, for reports.
std::string name(Role role);

}  // namespace faultline::number
