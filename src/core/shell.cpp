#include <faultline/core/shell.h>

#include <algorithm>
#include <cctype>

namespace faultline::core {

std::string shell_word(const std::string& word) {
    const bool plain = !word.empty() && std::ranges::all_of(word, [](unsigned char letter) {
        return std::isalnum(letter) != 0 ||
               std::string("-_./,=:+@%").find(static_cast<char>(letter)) != std::string::npos;
    });
    if (plain) return word;
    std::string text = "'";
    for (const char letter : word)
        text += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
    return text + "'";
}

}  // namespace faultline::core
