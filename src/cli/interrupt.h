#pragma once

#include <stdexcept>

namespace faultline::cli {

/// The user (or the batch system) asked to stop.
struct Interrupted : std::runtime_error {
    Interrupted() : std::runtime_error("interrupted") {}
};

/// From here on SIGINT, SIGTERM and SIGUSR1 are kept for stop_if_interrupted(); a second one ends
/// the program at once.
void catch_signals();

/// Throws Interrupted when one of them has come.
void stop_if_interrupted();

}  // namespace faultline::cli
