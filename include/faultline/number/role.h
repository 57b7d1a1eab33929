#pragma once

#include <string>

namespace faultline::number {

/// What a bit of a stored number stands for.
enum class Role {
    mantissa,  ///< of a floating-point number
    exponent,  ///< of a floating-point number
    sign,
    integer,   ///< of a fixed-point number: weighs 1 or more
    fraction,  ///< of a fixed-point number: weighs less than 1
};

/// One word, for reports.
std::string name(Role role);

}  // namespace faultline::number
