#include <faultline/core/error.h>
#include <string_view>

namespace faultline::core {

namespace {

constexpr std::size_t length_limit = 4000;

char shown(char character) {
    const auto code = static_cast<unsigned char>(character);
    if (code >= 0x20 && code != 0x7f) return character;
    return code >= 0x09 && code <= 0x0d ? ' ' : '?';
}

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

}  // namespace faultline::core
