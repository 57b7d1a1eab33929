#include "lines.h"

#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <sstream>

namespace faultline::dataset {

void Lines::refuse(std::size_t index, const std::string& reason) const {
    throw core::Error(core::Fault::input, fmt::format("{}:{}: {}", path, index + 1, reason));
}

Lines read_lines(const std::string& path) {
    constexpr std::uint64_t limit_bytes = 64U << 20U;
    std::istringstream stream(core::read_file(path, limit_bytes));
    Lines lines{path, {}};
    for (std::string line; std::getline(stream, line);) {
        if (line.ends_with('\r')) line.pop_back();
        lines.text.push_back(std::move(line));
    }
    while (!lines.text.empty() && first_word(lines.text.back()).empty()) lines.text.pop_back();
    if (!lines.text.empty()) return lines;
    throw core::Error(core::Fault::input, fmt::format("{}: the file holds no lines", path));
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
    if (error != std::errc() || stop != end || value < 0 || value > limit) return std::nullopt;
    return value;
}

std::string first_few(const std::vector<std::string>& names) {
    constexpr std::ptrdiff_t shown = 10;
    const auto count = std::ssize(names);
    const auto text =
        fmt::format("{}", fmt::join(names.begin(), names.begin() + std::min(count, shown), ", "));
    return count <= shown ? text : fmt::format("{} and {} more", text, count - shown);
}

}  // namespace faultline::dataset
