#pragma once

#include <faultline/core/json.h>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Options are described once, beside the struct that holds their values. The one description gives
/// the flag, the JSON config key, the help text and the echo in the result.
namespace faultline::core {

struct Option {
    std::string key;         ///< JSON key within its section, such as "bits_per_error"
    std::string help;        ///< one line; the default is appended by whoever prints it
    std::string value_name;  ///< "N", "FILE", "a|b|c"; empty for a switch (bool)

    std::function<Json()> read;              ///< the value now
    std::function<void(const Json&)> write;  ///< throws Error(usage) naming key and value
    std::function<Json(const std::string&)>
        from_text;            ///< a flag's text as JSON; throws Error(usage)
    bool repeatable = false;  ///< a list whose flag is given once for each value

    std::string flag() const;  ///< "--bits-per-error"
};

/// One part's options; `name` is the section of the config file ("network", "campaign", ...).
struct Section {
    std::string name;
    std::vector<Option> options;
};

/// Both ends belong to the range.
template <class Number>
struct Range {
    Number low = std::numeric_limits<Number>::lowest();
    Number high = std::numeric_limits<Number>::max();
};

/// A switch: `--key` sets it, `--no-key` clears it.
Option option(std::string key, bool& field, std::string help);
Option option(std::string key, std::string& field, std::string help, std::string value_name);
Option option(std::string key, int& field, std::string help, Range<int> range = {});
Option option(std::string key, std::int64_t& field, std::string help,
              Range<std::int64_t> range = {});
Option option(std::string key, std::uint64_t& field, std::string help,
              Range<std::uint64_t> range = {});
/// Not finite is refused.
Option option(std::string key, double& field, std::string help, Range<double> range = {});
/// Absent is JSON null; on the flag, "none".
Option option(std::string key, std::optional<int>& field, std::string help, Range<int> range = {});
Option option(std::string key, std::optional<double>& field, std::string help,
              Range<double> range = {});
/// Lists: JSON arrays; on the flag, values separated by commas. `exactly` > 0 fixes the length.
Option option(std::string key, std::vector<std::string>& field, std::string help,
              std::string value_name);
/// The same but for the flag: it is given once for each value, which may hold commas.
Option repeatable_option(std::string key, std::vector<std::string>& field, std::string help,
                         std::string value_name);
Option option(std::string key, std::vector<double>& field, std::string help,
              std::size_t exactly = 0);
/// Whole numbers; on the flag and in JSON strings also ranges: "0-22,30".
Option option(std::string key, std::vector<int>& field, std::string help, Range<int> range = {});

using Names = std::vector<std::pair<std::string, int>>;  ///< name in flags and JSON, enumerator

Option choice_option(std::string key, std::function<int()> read, std::function<void(int)> write,
                     Names names, std::string help);

/// A closed set: an enum, shown and read by name.
template <class Enum>
Option option(
    std::string key, Enum& field, std::string help,
    const std::vector<std::pair<std::string, Enum>>& names) requires std::is_enum_v<Enum> {
    Names plain;
    for (const auto& [name, value] : names) plain.emplace_back(name, static_cast<int>(value));
    return choice_option(
        std::move(key), [&field] { return static_cast<int>(field); },
        [&field](int value) { field = static_cast<Enum>(value); }, std::move(plain),
        std::move(help));
}

/// {"section": {"key": value, ...}, ...}: the echo; applying it again changes nothing.
Json values(std::span<const Section> sections);

/// Sets the options named in `config`. Throws Error(usage) for a section or key that nobody reads
/// (with the nearest name), and for a value that doesn't fit; `source` is named in each.
void apply(std::span<const Section> sections, const Json& config, const std::string& source);

/// The candidate nearest to `word` by edit distance when it is near enough to be a slip, else
/// empty.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace faultline::core
