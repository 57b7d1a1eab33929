#include "classes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace faultline::dataset {

std::optional<std::int32_t> Classes::label(std::string_view name) const {
    const auto place = std::ranges::lower_bound(names, name);
    if (place == names.end() || *place != name) return std::nullopt;
    return static_cast<std::int32_t>(place - names.begin());
}

Classes classes_of(std::vector<std::string> names) {
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return {std::move(names)};
}

std::vector<std::string> names_in(const Lines& lines) {
    std::map<std::string, std::size_t, std::less<>> seen;
    std::vector<std::string> names;
    for (std::size_t k = 0; k < lines.text.size(); ++k) {
        const std::string name(first_word(lines.text[k]));
        if (name.empty()) lines.refuse(k, "blank, but a synset (like n01440764) is expected");
        const auto [first, is_new] = seen.emplace(name, k);
        if (!is_new) {
            lines.refuse(k, fmt::format("{} was on line {} already; each class has one line", name,
                                        first->second + 1));
        }
        names.push_back(name);
    }
    return names;
}

Classes classes_from(const std::optional<Lines>& map, std::vector<std::string> names) {
    return classes_of(map ? names_in(*map) : std::move(names));
}

}  // namespace faultline::dataset
