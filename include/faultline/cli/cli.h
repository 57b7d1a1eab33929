#pragma once

namespace faultline::cli {

/// What the program does with its arguments; returns the exit code (README, "Exit codes"). Never
/// throws.
int run(int argc, const char* const* argv);

}  // namespace faultline::cli
