#include "flags.h"

#include <faultline/core/error.h>
#include <fmt/format.h>

#include "flag_text.h"

namespace faultline::cli {
namespace {

/// What `work` throws about the option's key is said about its flag.
template <class Work>
auto naming_flag(const core::Option& option, Work work) {
    try {
        return work();
    } catch (const core::Error& error) {
        const std::string text = error.what();
        const auto key = option.key + ": ";
        throw core::Error(error.fault(),
                          fmt::format("{}: {}", option.flag(),
                                      text.starts_with(key) ? text.substr(key.size()) : text));
    }
}

/// "--output --force" would make a folder named "--force".
void require_value(const core::Option& option, const std::string& text) {
    if (!text.starts_with("--")) return;
    throw core::Error(core::Fault::usage, fmt::format("{}: {} is missing before {}", option.flag(),
                                                      option.value_name, text));
}

std::string help_of(const core::Option& option) {
    const auto value = flag_text(option.read());
    const bool told = !value.empty() && !option.value_name.empty();
    return told ? fmt::format("{} [{}]", option.help, value) : option.help;
}

std::string upper(std::string text) {
    for (auto& letter : text) letter = static_cast<char>(std::toupper(letter));
    return text;
}

std::vector<std::string> long_flags(const CLI::App& app) {
    std::vector<std::string> flags;
    for (const auto* option : app.get_options()) {
        for (const auto& name : option->get_lnames()) flags.push_back("--" + name);
    }
    return flags;
}

}  // namespace

void Flags::add(CLI::App& app, const core::Section& section, const std::string& positional) {
    for (const auto& option : section.options) {
        if (option.value_name.empty()) {
            add_switch(app, section.name, option);
        } else if (option.repeatable) {
            add_repeatable(app, section.name, option);
        } else {
            add_value(app, section.name, option, option.key == positional);
        }
    }
}

void Flags::add_switch(CLI::App& app, const std::string& section, const core::Option& option) {
    const auto set = [this, section, key = option.key](std::int64_t count) {
        if (count != 0) given_[section][key] = count > 0;
    };
    app.add_flag_function(option.flag() + ",!--no-" + option.flag().substr(2), set, help_of(option))
        ->take_last()
        ->disable_flag_override()
        ->group(section);
}

void Flags::add_repeatable(CLI::App& app, const std::string& section, const core::Option& option) {
    const auto set = [this, section, option](const std::vector<std::string>& texts) {
        auto list = core::Json::array();
        for (const auto& text : texts) {
            require_value(option, text);
            const auto values = naming_flag(option, [&] { return option.from_text(text); });
            list.insert(list.end(), values.begin(), values.end());
        }
        given_[section][option.key] = std::move(list);
    };
    app.add_option_function<std::vector<std::string>>(option.flag(), set, help_of(option))
        ->expected(1)
        ->take_all()
        ->group(section)
        ->type_name(option.value_name);
}

void Flags::add_value(CLI::App& app, const std::string& section, const core::Option& option,
                      bool positional) {
    const auto set = [this, section, option](const std::string& text) {
        require_value(option, text);
        given_[section][option.key] = naming_flag(option, [&] { return option.from_text(text); });
    };
    const std::string before = positional ? upper(option.key) + "," : "";
    const std::string letter = option.key == "output" ? "-o," : "";  // as compilers have it
    const auto name = before + letter + option.flag();
    app.add_option_function<std::string>(name, set, help_of(option))
        ->take_last()
        ->group(section)
        ->type_name(option.value_name);
}

void apply_flags(std::span<const core::Section> sections, const core::Json& given) {
    for (const auto& section : sections) {
        const auto values = given.find(section.name);
        if (values == given.end()) continue;
        for (const auto& option : section.options) {
            const auto value = values->find(option.key);
            if (value != values->end()) naming_flag(option, [&] { option.write(*value); });
        }
    }
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
