#include <fmt/format.h>

#include <faultline/core/error.h>
#include <faultline/core/options.h>
#include <algorithm>
#include <numeric>

namespace faultline::core {

namespace {

/// Edit distance where two neighbours in the wrong order count once (optimal string alignment).
std::size_t distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> before, above(right.size() + 1), row(right.size() + 1);
    std::iota(above.begin(), above.end(), 0U);
    for (std::size_t i = 1; i <= left.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t change = left[i - 1] == right[j - 1] ? 0 : 1;
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
            const bool swapped =
                i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before = std::exchange(above, row);
    }
    return above.back();
}

std::vector<std::string> section_names(std::span<const Section> sections) {
    std::vector<std::string> names;
    for (const auto& section : sections) names.push_back(section.name);
    return names;
}

std::vector<std::string> keys_of(std::span<const Section> sections, const std::string& name) {
    std::vector<std::string> keys;
    for (const auto& section : sections) {
        if (section.name != name) continue;
        for (const auto& option : section.options) keys.push_back(option.key);
    }
    return keys;
}

/// "section.key" of the first option with this key; empty when there is none.
std::string home_of(std::span<const Section> sections, const std::string& key) {
    for (const auto& section : sections) {
        for (const auto& option : section.options) {
            if (option.key == key) return section.name + "." + key;
        }
    }
    return "";
}

[[noreturn]] void unknown(const std::string& what, const std::string& source,
                          const std::string& suggestion) {
    const auto hint = suggestion.empty() ? "" : fmt::format("; did you mean '{}'?", suggestion);
    throw Error(Fault::usage, fmt::format("unknown {} in {}{}", what, source, hint));
}

void require_key(std::span<const Section> sections, const std::string& name, const std::string& key,
                 const std::string& source) {
    const auto keys = keys_of(sections, name);
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) return;
    const auto near = nearest(key, keys);
    unknown(fmt::format("key '{}.{}'", name, key), source,
            near.empty() ? home_of(sections, key) : name + "." + near);
}

void require_section(std::span<const Section> sections, const std::string& name,
                     const std::string& source) {
    const auto names = section_names(sections);
    if (std::find(names.begin(), names.end(), name) != names.end()) return;
    const auto near = nearest(name, names);
    unknown(fmt::format("section '{}'", name), source,
            near.empty() ? home_of(sections, name) : near);
}

void require_object(const Json& json, const std::string& source, const std::string& what) {
    if (json.is_object()) return;
    throw Error(Fault::usage, fmt::format("{}: {} is {}, but an object {{\"key\": value}} belongs "
                                          "there",
                                          source, what, json.type_name()));
}

void write(const Option& option, const Json& value, const std::string& section,
           const std::string& source) {
    try {
        option.write(value);
    } catch (const Error& error) {
        throw Error(error.fault(), fmt::format("{}: {}.{}", source, section, error.what()));
    }
}

void require_known(std::span<const Section> sections, const Json& config,
                   const std::string& source) {
    require_object(config, source, "the config");
    for (const auto& [name, settings] : config.items()) {
        require_section(sections, name, source);
        require_object(settings, source, fmt::format("section '{}'", name));
        for (const auto& [key, value] : settings.items()) require_key(sections, name, key, source);
    }
}

}  // namespace

Json values(std::span<const Section> sections) {
    auto json = Json::object();
    for (const auto& section : sections) {
        auto& object = json[section.name];
        if (object.is_null()) object = Json::object();
        for (const auto& option : section.options) object[option.key] = option.read();
    }
    return json;
}

void apply(std::span<const Section> sections, const Json& config, const std::string& source) {
    require_known(sections, config, source);
    // In the sections' own order: an option that sets others stands before them.
    for (const auto& section : sections) {
        const auto settings = config.find(section.name);
        if (settings == config.end()) continue;
        for (const auto& option : section.options) {
            const auto value = settings->find(option.key);
            if (value != settings->end()) write(option, *value, section.name, source);
        }
    }
}

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
    std::string best;
    auto least = 2 + word.size() / 4;  // a slip in one place of a short word, in more of a long one
    for (const auto& candidate : candidates) {
        const auto edits = distance(word, candidate);
        if (edits < least) {
            least = edits;
            best = candidate;
        }
    }
    return best;
}

}  // namespace faultline::core
