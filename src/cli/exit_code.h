#pragma once

#include <faultline/core/error.h>

namespace faultline::cli {

/// Documented and stable (README, "Exit codes").
enum class ExitCode {
    done = 0,
    gate_failed = 1,
    usage = 2,
    input = 3,
    integrity = 4,
    resumable = 75,
    interrupted = 130,
};

inline ExitCode exit_code(core::Fault fault) {
    switch (fault) {
        case core::Fault::usage:
            return ExitCode::usage;
        case core::Fault::input:
            return ExitCode::input;
        case core::Fault::integrity:
            return ExitCode::integrity;
    }
    return ExitCode::integrity;
}

}  // namespace faultline::cli
