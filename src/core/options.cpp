#include <fmt/format.h>

#include <faultline/core/error.h>
#include <faultline/core/options.h>
#include <algorithm>
#include <cassert>

#include "option_values.h"

namespace faultline::core {

namespace {

template <class Value>
Json as_json(const Value& value) {
    return value;
}

template <class Value>
Json as_json(const std::optional<Value>& value) {
    return value ? Json(*value) : Json();
}

/// `check` gives the field's value from (key, JSON); `from` turns a flag's text into JSON.
template <class Value, class Check, class From>
Option describe(std::string key, Value& field, std::string help, std::string value_name,
                Check check, From from) {
    Option option{std::move(key), std::move(help), std::move(value_name), {}, {}, {}, false};
    option.read = [&field] { return as_json(field); };
    option.write = [&field, name = option.key, check](const Json& value) {
        field = check(name, value);
    };
    option.from_text = [name = option.key, check, from](const std::string& text) {
        auto value = from(text);
        check(name, value);
        return value;
    };
    return option;
}

template <class Number>
Option integer_option(std::string key, Number& field, std::string help, Range<Number> range) {
    const auto check = [range](const std::string& name, const Json& value) {
        return integer_value(name, value, range);
    };
    return describe(std::move(key), field, std::move(help), "N", check, integer_from);
}

std::string joined(const Names& names, const char* separator) {
    std::string text;
    for (const auto& [name, unused] : names) text += (text.empty() ? "" : separator) + name;
    return text;
}

int choice_value(const std::string& key, const Json& value, const Names& names) {
    for (const auto& [name, number] : names) {
        if (value == name) return number;
    }
    std::vector<std::string> candidates;
    for (const auto& [name, unused] : names) candidates.push_back(name);
    const auto near = value.is_string() ? nearest(value.get<std::string>(), candidates) : "";
    const auto hint = near.empty() ? "" : fmt::format("; did you mean '{}'?", near);
    refuse(key, value, fmt::format("one of {}{}", joined(names, ", "), hint));
}

}  // namespace

std::string Option::flag() const {
    auto text = "--" + key;
    std::replace(text.begin(), text.end(), '_', '-');
    return text;
}

Option option(std::string key, bool& field, std::string help) {
    return describe(std::move(key), field, std::move(help), "", switch_value, switch_from);
}

Option option(std::string key, std::string& field, std::string help, std::string value_name) {
    return describe(std::move(key), field, std::move(help), std::move(value_name), text_value,
                    text_from);
}

Option option(std::string key, int& field, std::string help, Range<int> range) {
    return integer_option(std::move(key), field, std::move(help), range);
}

Option option(std::string key, std::int64_t& field, std::string help, Range<std::int64_t> range) {
    return integer_option(std::move(key), field, std::move(help), range);
}

Option option(std::string key, std::uint64_t& field, std::string help, Range<std::uint64_t> range) {
    return integer_option(std::move(key), field, std::move(help), range);
}

Option option(std::string key, double& field, std::string help, Range<double> range) {
    const auto check = [range](const std::string& name, const Json& value) {
        return real_value(name, value, range);
    };
    return describe(std::move(key), field, std::move(help), "X", check, real_from);
}

Option option(std::string key, std::optional<int>& field, std::string help, Range<int> range) {
    using Value = std::optional<int>;
    const auto check = [range](const std::string& name, const Json& value) {
        return value.is_null() ? Value() : Value(integer_value(name, value, range, " or none"));
    };
    const auto from = [](const std::string& text) {
        return text == "none" ? Json() : integer_from(text);
    };
    return describe(std::move(key), field, std::move(help), "N|none", check, from);
}

Option option(std::string key, std::optional<double>& field, std::string help,
              Range<double> range) {
    using Value = std::optional<double>;
    const auto check = [range](const std::string& name, const Json& value) {
        return value.is_null() ? Value() : Value(real_value(name, value, range, " or none"));
    };
    const auto from = [](const std::string& text) {
        return text == "none" ? Json() : real_from(text);
    };
    return describe(std::move(key), field, std::move(help), "X|none", check, from);
}

Option option(std::string key, std::vector<std::string>& field, std::string help,
              std::string value_name) {
    return describe(std::move(key), field, std::move(help), std::move(value_name), text_values,
                    texts_from);
}

Option repeatable_option(std::string key, std::vector<std::string>& field, std::string help,
                         std::string value_name) {
    auto option =
        describe(std::move(key), field, std::move(help), std::move(value_name), text_values,
                 [](const std::string& text) { return Json::array({text}); });
    option.repeatable = true;
    return option;
}

Option option(std::string key, std::vector<double>& field, std::string help, std::size_t exactly) {
    const auto check = [exactly](const std::string& name, const Json& value) {
        return real_values(name, value, exactly);
    };
    return describe(std::move(key), field, std::move(help), "X,...", check, reals_from);
}

Option option(std::string key, std::vector<int>& field, std::string help, Range<int> range) {
    const auto check = [range](const std::string& name, const Json& value) {
        return integer_values(name, value, range);
    };
    return describe(std::move(key), field, std::move(help), "N,N-N,...", check, text_from);
}

Option choice_option(std::string key, std::function<int()> read, std::function<void(int)> write,
                     Names names, std::string help) {
    Option option{std::move(key), std::move(help), joined(names, "|"), {}, {}, {}, false};
    option.read = [read, names] {
        const auto is_now = [now = read()](const auto& name) { return name.second == now; };
        const auto found = std::find_if(names.begin(), names.end(), is_now);
        assert(found != names.end());
        return Json(found->first);
    };
    option.write = [write, names, name = option.key](const Json& value) {
        write(choice_value(name, value, names));
    };
    option.from_text = [names, name = option.key](const std::string& text) {
        choice_value(name, text, names);
        return Json(text);
    };
    return option;
}

}  // namespace faultline::core
