#pragma once

#include <array>
#include <csignal>
#include <stdexcept>
#include <string>

namespace faultline::cli {

/// The user (or the batch system) asked to stop.
struct Interrupted : std::runtime_error {
    Interrupted() : std::runtime_error("interrupted") {}
};

/// Asked to stop, and the same command goes on from here.
struct Resumable : std::runtime_error {
    /// `journal`: where it is recorded; empty when nothing is.
    explicit Resumable(const std::string& journal)
        : std::runtime_error(journal.empty() ? "nothing was recorded yet"
                                             : journal + " holds what was measured") {}
};

/// A scope in which SIGINT, SIGTERM and SIGUSR1 are kept for stop_if_interrupted(); the next one of
/// any of them ends the program at once. A signal that the caller ignores (a shell's background
/// job) stays ignored.
class SignalScope {
 public:
    SignalScope();
    ~SignalScope();
    SignalScope(const SignalScope&) = delete;
    SignalScope& operator=(const SignalScope&) = delete;

    static constexpr std::array signals = {SIGINT, SIGTERM, SIGUSR1};

 private:
    using Handler = void (*)(int);

    std::array<Handler, signals.size()> before_{};
};

/// Throws Interrupted when one of them has come.
void stop_if_interrupted();

}  // namespace faultline::cli
