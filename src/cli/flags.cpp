#include "flags.h"

#include <faultline/core/error.h>
#include <fmt/format.h>

namespace faultline::cli {
namespace {

std::string scalar_text(const core::Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

/// The end (exclusive) of the row of whole numbers, each one more than the one before, that starts
/// at `first`.
std::size_t row_end(const core::Json& list, std::size_t first) {
    auto end = first + 1;
    while (end < list.size() && list[end].is_number_integer() &&
           list[end - 1].is_number_integer() &&
           list[end].get<std::int64_t>() == list[end - 1].get<std::int64_t>() + 1) {
        ++end;
    }
    return end;
}

std::string list_text(const core::Json& list) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < list.size();) {
        const auto end = row_end(list, i);
        if (end - i > 2) {
            parts.push_back(fmt::format("{}-{}", scalar_text(list[i]), scalar_text(list[end - 1])));
            i = end;
        } else {
            parts.push_back(scalar_text(list[i++]));
        }
    }
    return fmt::format("{}", fmt::join(parts, ","));
}

std::vector<std::string> long_flags(const CLI::App& app) {
    std::vector<std::string> flags;
    for (const auto* option : app.get_options()) {
        for (const auto& name : option->get_lnames()) flags.push_back("--" + name);
    }
    return flags;
}

}  // namespace

std::string flag_text(const core::Json& value) {
    if (value.is_null()) return "none";
    return value.is_array() ? list_text(value) : scalar_text(value);
}

void Flags::add(CLI::App& app, const core::Section& section) {
    for (const auto& option : section.options) {
        if (option.value_name.empty()) {
            add_switch(app, section.name, option);
        } else {
            add_value(app, section.name, option);
        }
    }
}

void Flags::add_switch(CLI::App& app, const std::string& section, const core::Option& option) {
    const auto set = [this, section, key = option.key](std::int64_t count) {
        if (count != 0) given_[section][key] = count > 0;
    };
    app.add_flag_function(option.flag() + ",!--no-" + option.flag().substr(2), set, option.help)
        ->group(section);
}

void Flags::add_value(CLI::App& app, const std::string& section, const core::Option& option) {
    const auto set = [this, section, option](const std::string& text) {
        given_[section][option.key] = option.from_text(text);
    };
    const auto name = option.key == "model" ? "MODEL," + option.flag() : option.flag();
    auto* added = app.add_option_function<std::string>(name, set, option.help);
    added->group(section)->type_name(option.value_name);
    const auto value = flag_text(option.read());
    if (!value.empty()) added->default_str(value);
}

void refuse_unknown(const CLI::App& app) {
    const auto left = app.remaining();
    if (left.empty()) return;
    const auto word = left.front().substr(0, left.front().find('='));
    if (!word.starts_with('-')) {
        throw core::Error(
            core::Fault::usage,
            fmt::format("'{}' belongs to no flag; see faultline {} --help", word, app.get_name()));
    }
    const auto near = core::nearest(word, long_flags(app));
    const auto hint = near.empty() ? fmt::format("see faultline {} --help", app.get_name())
                                   : fmt::format("did you mean {}?", near);
    throw core::Error(core::Fault::usage, fmt::format("unknown flag {}; {}", word, hint));
}

}  // namespace faultline::cli
