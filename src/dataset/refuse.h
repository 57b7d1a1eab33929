#pragma once

#include <faultline/core/error.h>

#include <string>

namespace faultline::dataset {

/// Throws Error(input).
[[noreturn]] inline void refuse(const std::string& reason) {
    throw core::Error(core::Fault::input, reason);
}

}  // namespace faultline::dataset
