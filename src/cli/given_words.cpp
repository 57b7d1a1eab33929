#include "given_words.h"

#include <algorithm>

namespace faultline::cli {
namespace {

std::string quoted(const std::string& word) {
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

}  // namespace

std::string given_words(const CLI::App& app, const std::vector<std::string>& without) {
    std::string text;
    for (const auto* option : app.get_options()) {
        const auto& names = option->get_lnames();
        if (option->count() == 0 || names.empty()) continue;
        const auto flag = "--" + names.front();
        if (std::ranges::find(without, flag) != without.end()) continue;
        if (option->get_expected_min() == 0) {  // a switch
            const bool is_on = option->results().back() == "true";
            text += is_on ? " " + flag : " --no-" + names.front();
            continue;
        }
        for (const auto& value : option->results()) text += " " + flag + " " + quoted(value);
    }
    return text.empty() ? text : text.substr(1);
}

}  // namespace faultline::cli
