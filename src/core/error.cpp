#include <faultline/core/error.h>
#include <algorithm>
#include <string_view>
#include <utility>

namespace faultline::core {

namespace {

constexpr std::size_t length_limit = 4000;

char shown(char character) {
    const auto code = static_cast<unsigned char>(character);
    if (code >= 0x20 && code != 0x7f) return character;
    return code >= 0x09 && code <= 0x0d ? ' ' : '?';
}

/// Of UTF-8: a byte that goes on with a character isn't one of its own.
bool starts_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

}  // namespace

std::string one_line(std::string message) {
    if (message.size() > length_limit) {
        // The file's name stands at the beginning, the way out at the end.
        constexpr std::string_view gap = " ... ";
        const auto kept = (length_limit - gap.size()) / 2;
        message.replace(kept, message.size() - 2 * kept, gap);
    }
    for (auto& character : message) character = shown(character);
    return message;
}

Error::Error(Fault fault, const std::string& message)
    : std::runtime_error(one_line(message)), fault_(fault) {}

SyntaxError::SyntaxError(const std::string& message, std::string line, std::size_t column)
    : Error(Fault::usage, message),
      line_(std::move(line)),
      column_(std::min(column, line_.size())) {}

std::string SyntaxError::excerpt() const {
    constexpr std::size_t around = 36;  // so that both lines fit a terminal's
    auto begin = column_ > around ? column_ - around : 0;
    while (begin > 0 && !starts_character(line_[begin])) --begin;
    auto end = std::min(line_.size(), column_ + around);
    while (end < line_.size() && !starts_character(line_[end])) ++end;
    const auto before = line_.substr(begin, column_ - begin);
    const auto columns = std::count_if(before.begin(), before.end(), starts_character);
    return "  " + one_line(line_.substr(begin, end - begin)) + "\n  " +
           std::string(static_cast<std::size_t>(columns), ' ') + "^";
}

}  // namespace faultline::core
