// Lists of whole numbers with ranges: "0-22,30" is 0, 1, ..., 22, 30.

#include <fmt/format.h>

#include "option_values.h"

namespace faultline::core {

namespace {

/// A slip such as "0-2000000000" should be told, not swallow the memory.
constexpr std::int64_t count_limit = 100'000;

/// "3", "-3", "3-5", "-5--3": both ends belong to the range.
void append(std::vector<int>& numbers, const std::string& key, const std::string& text,
            const Range<int>& range) {
    const auto dash = text.find('-', 1);  // a leading one is a sign
    const auto low = integer_value(key, integer_from(text.substr(0, dash)), range);
    const auto high = dash == std::string::npos
                          ? low
                          : integer_value(key, integer_from(text.substr(dash + 1)), range);
    if (high < low) refuse(key, text, "a range from a lower number to a higher one");
    const auto count = std::int64_t{high} - low + 1;
    if (count > count_limit - std::ssize(numbers)) {
        refuse(key, text, fmt::format("part of a list of at most {} numbers", count_limit));
    }
    for (std::int64_t number = low; number <= high; ++number) {
        numbers.push_back(static_cast<int>(number));
    }
}

void append(std::vector<int>& numbers, const std::string& key, const Json& value,
            const Range<int>& range) {
    if (!value.is_string()) {
        numbers.push_back(integer_value(key, value, range));
        return;
    }
    for (const auto& part : split(value.get<std::string>())) append(numbers, key, part, range);
}

}  // namespace

std::vector<int> integer_values(const std::string& key, const Json& value,
                                const Range<int>& range) {
    std::vector<int> numbers;
    if (value.is_string()) {
        append(numbers, key, value, range);
    } else if (value.is_array()) {
        for (const auto& item : value) append(numbers, key, item, range);
    } else {
        refuse(key, value, "a list of whole numbers such as [0, 5] or \"0-22,30\"");
    }
    return numbers;
}

}  // namespace faultline::core
