#include "given_words.h"

#include <faultline/core/shell.h>

#include <algorithm>

namespace faultline::cli {
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
        for (const auto& value : option->results())
            text += " " + flag + " " + core::shell_word(value);
    }
    return text.empty() ? text : text.substr(1);
}

}  // namespace faultline::cli
