#include "option_values.h"

#include <fmt/format.h>

#include <faultline/core/error.h>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace faultline::core {

namespace {

/// The number that the whole text spells.
template <class Number>
std::optional<Number> spelt(const std::string& text) {
    Number number{};
    const auto* end = text.data() + text.size();
    const auto [rest, failure] = std::from_chars(text.data(), end, number);
    return failure == std::errc() && rest == end ? std::optional(number) : std::nullopt;
}

std::string shown(const Json& value) {
    constexpr std::size_t limit = 80;
    const auto text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
    return text.size() <= limit ? text : text.substr(0, limit) + "...";
}

template <class Number>
bool within(const Json& value, const Range<Number>& range) {
    if (value.is_number_unsigned()) {
        const auto number = value.get<std::uint64_t>();
        return std::cmp_greater_equal(number, range.low) && std::cmp_less_equal(number, range.high);
    }
    if (!value.is_number_integer()) return false;
    const auto number = value.get<std::int64_t>();
    return std::cmp_greater_equal(number, range.low) && std::cmp_less_equal(number, range.high);
}

std::string wording(const Range<double>& range) {
    const Range<double> all;
    if (range.low == all.low && range.high == all.high) return "a finite number";
    if (range.high == all.high) return fmt::format("a finite number of at least {}", range.low);
    if (range.low == all.low) return fmt::format("a finite number of at most {}", range.high);
    return fmt::format("a number from {} to {}", range.low, range.high);
}

}  // namespace

Json switch_from(const std::string& text) {
    if (text == "true" || text == "false") return text == "true";
    return text;
}

Json integer_from(const std::string& text) {
    if (const auto number = spelt<std::int64_t>(text)) return *number;
    if (const auto number = spelt<std::uint64_t>(text)) return *number;
    return text;
}

Json real_from(const std::string& text) {
    const auto number = spelt<double>(text);
    return number && std::isfinite(*number) ? Json(*number) : Json(text);
}

Json text_from(const std::string& text) { return text; }

Json texts_from(const std::string& text) { return split(text); }

Json reals_from(const std::string& text) {
    auto list = Json::array();
    for (const auto& item : split(text)) list.push_back(real_from(item));
    return list;
}

void refuse(const std::string& key, const Json& value, const std::string& expected) {
    throw Error(Fault::usage, fmt::format("{}: {} is not {}", key, shown(value), expected));
}

bool switch_value(const std::string& key, const Json& value) {
    if (!value.is_boolean()) refuse(key, value, "true or false");
    return value.get<bool>();
}

std::string text_value(const std::string& key, const Json& value) {
    if (!value.is_string()) refuse(key, value, "a text");
    return value.get<std::string>();
}

template <class Number>
Number integer_value(const std::string& key, const Json& value, const Range<Number>& range,
                     const std::string& otherwise) {
    if (within(value, range)) return value.get<Number>();
    refuse(key, value,
           fmt::format("a whole number from {} to {}{}", range.low, range.high, otherwise));
}

template int integer_value(const std::string&, const Json&, const Range<int>&, const std::string&);
template std::int64_t integer_value(const std::string&, const Json&, const Range<std::int64_t>&,
                                    const std::string&);
template std::uint64_t integer_value(const std::string&, const Json&, const Range<std::uint64_t>&,
                                     const std::string&);

double real_value(const std::string& key, const Json& value, const Range<double>& range,
                  const std::string& otherwise) {
    if (value.is_number()) {
        const auto number = value.get<double>();
        if (std::isfinite(number) && number >= range.low && number <= range.high) return number;
    }
    refuse(key, value, wording(range) + otherwise);
}

std::vector<std::string> text_values(const std::string& key, const Json& value) {
    if (!value.is_array()) refuse(key, value, "a list of texts");
    std::vector<std::string> texts;
    for (const auto& item : value) {
        texts.push_back(text_value(key, item));
        if (texts.back().empty()) refuse(key, value, "a list of texts, none of them empty");
    }
    return texts;
}

std::vector<double> real_values(const std::string& key, const Json& value, std::size_t exactly) {
    if (!value.is_array() || (exactly > 0 && value.size() != exactly)) {
        refuse(key, value,
               exactly > 0 ? fmt::format("a list of {} numbers", exactly) : "a list of numbers");
    }
    std::vector<double> numbers;
    for (const auto& item : value) numbers.push_back(real_value(key, item, {}));
    return numbers;
}

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts;
    if (text.empty()) return parts;
    std::size_t start = 0;
    for (auto comma = text.find(','); comma != std::string::npos; comma = text.find(',', start)) {
        parts.push_back(text.substr(start, comma - start));
        start = comma + 1;
    }
    parts.push_back(text.substr(start));
    return parts;
}

}  // namespace faultline::core
