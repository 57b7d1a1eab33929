#include "lines.h"

#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace faultline::dataset {

void Lines::refuse(std::size_t index, const std::string& reason) const {
    throw core::Error(core::Fault::input, fmt::format("{}:{}: {}", path, index + 1, reason));
}

Lines split_lines(const std::string& path, std::string_view text) {
    // A blank line is one byte in the file and more than thirty here.
    constexpr std::size_t count_limit = 4'000'000;
    Lines lines{path, {}};
    while (!text.empty()) {
        if (lines.text.size() == count_limit) {
            lines.refuse(count_limit, fmt::format("at most {} lines are allowed", count_limit));
        }
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines.text.emplace_back(line);
    }
    while (!lines.text.empty() && first_word(lines.text.back()).empty()) lines.text.pop_back();
    if (!lines.text.empty()) return lines;
    throw core::Error(core::Fault::input, fmt::format("{}: the file holds no lines", path));
}

Lines read_lines(const std::string& path) {
    constexpr std::uint64_t limit_bytes = 64U << 20U;
    return split_lines(path, core::read_file(path, limit_bytes));
}

std::string_view first_word(std::string_view line) {
    constexpr std::string_view blanks = " \t";
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    return line.substr(0, line.find_first_of(blanks));
}

std::optional<std::int32_t> whole_number(std::string_view text) {
    constexpr std::int32_t limit = 1'000'000;
    std::int32_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end || value > limit) return std::nullopt;
    return text.front() == '-' ? std::nullopt : std::optional(value);  // "-0" too
}

std::string first_few(const std::vector<std::string>& names) {
    constexpr std::ptrdiff_t shown = 10;
    const auto count = std::ssize(names);
    const auto text =
        fmt::format("{}", fmt::join(names.begin(), names.begin() + std::min(count, shown), ", "));
    return count <= shown ? text : fmt::format("{} and {} more", text, count - shown);
}

}  // namespace faultline::dataset
