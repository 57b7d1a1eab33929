#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace faultline::core {

/// Whose mistake it was. Each has its exit code (README, "Exit codes").
enum class Fault {
    usage,      ///< flags or config: exit 2
    input,      ///< model, images, labels, or a mismatch between them: exit 3
    integrity,  ///< what must hold did not (a restore, a replay, a hash): exit 4
};

/// A message may quote names and lines of foreign files: white space becomes blanks, other control
/// characters (a terminal would obey them) become '?', and of more than 4000 bytes the middle is
/// left out.
std::string one_line(std::string message);

/// A user's mistake, a broken file or a broken promise, as one line that names the file, the key,
/// both values that disagree and the way out.
class Error : public std::runtime_error {
 public:
    /// What is thrown is one_line(message).
    Error(Fault fault, const std::string& message);

    Fault fault() const { return fault_; }

 private:
    Fault fault_;
};

/// A line that a user wrote can't be read: Error(usage) that knows where in it.
class SyntaxError : public Error {
 public:
    /// `column` counts bytes of `line`; its end is a place, too.
    SyntaxError(const std::string& message, std::string line, std::size_t column);

    /// Two lines to show below the message: the user's, and a caret below the place. Of a long one
    /// the part around the place; what a terminal would obey is '?', as in messages.
    std::string excerpt() const;

 private:
    std::string line_;
    std::size_t column_;
};

}  // namespace faultline::core
