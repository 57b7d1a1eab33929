#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::dataset {

/// A text file's lines, without line ends and without blank lines at its end.
struct Lines {
    std::string path;
    std::vector<std::string> text;

    /// Throws Error(input): "PATH:LINE: reason".
    [[noreturn]] void refuse(std::size_t index, const std::string& reason) const;
};

/// The lines of `text`; `path` is for messages. Throws Error(input) when there are none, or more
/// than four million.
Lines split_lines(const std::string& path, std::string_view text);

/// split_lines of a file. Throws Error(input) when it is missing or above 64 MiB, too.
Lines read_lines(const std::string& path);

std::string_view first_word(std::string_view line);

/// Empty when `text` is anything but decimal digits within 0..10^6.
std::optional<std::int32_t> whole_number(std::string_view text);

/// "a, b, c and 7 more": at most ten of them.
std::string first_few(const std::vector<std::string>& names);

}  // namespace faultline::dataset
