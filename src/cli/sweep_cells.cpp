#include "sweep_cells.h"

#include <faultline/core/error.h>
#include <faultline/core/options.h>
#include <fmt/format.h>

#include <algorithm>

namespace faultline::cli {
namespace {

constexpr std::size_t longest_folder = 255;  // what file systems take

[[noreturn]] void refuse(const std::string& where, const std::string& what) {
    throw core::Error(core::Fault::usage, fmt::format("{}: {}", where, what));
}

/// For each axis, which of its values are meant.
using Pattern = std::vector<std::vector<bool>>;

/// The place of `name` among axes, or among an axis's values.
template <class Named>
std::size_t place_of(const std::vector<Named>& all, const std::string& name,
                     const std::string& where, const std::string& what) {
    std::vector<std::string> names;
    for (const auto& one : all) names.push_back(one.name);
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    const auto near = core::nearest(name, names);
    refuse(where, fmt::format("there is no {} '{}' in the matrix; {}", what, name,
                              near.empty() ? fmt::format("there is '{}'", names.front())
                                           : fmt::format("did you mean '{}'?", near)));
}

std::vector<bool> meant_values(const SweepAxis& axis, const core::Json& names,
                               const std::string& where) {
    std::vector<bool> meant(axis.values.size());
    for (const auto& name : names.is_array() ? names : core::Json::array({names})) {
        if (!name.is_string())
            refuse(where, fmt::format("{} is no value's name; write it in quotes", name.dump()));
        meant[place_of(axis.values, name.get<std::string>(), where, "value")] = true;
    }
    return meant;
}

Pattern pattern(const std::vector<SweepAxis>& axes, const core::Json& json,
                const std::string& where) {
    if (!json.is_object() || json.empty())
        refuse(where, R"(takes objects {"axis": "value"} that name an axis at least)");
    Pattern all;
    for (const auto& axis : axes) all.emplace_back(axis.values.size(), true);
    for (const auto& [name, values] : json.items()) {
        const auto axis = place_of(axes, name, where, "axis");
        all[axis] = meant_values(axes[axis], values, where + "." + name);
    }
    return all;
}

std::vector<Pattern> patterns(const std::vector<SweepAxis>& axes, const core::Json& exclude,
                              const std::string& file) {
    if (!exclude.is_array()) refuse(file + ": exclude", R"(takes a list of {"axis": "value"})");
    std::vector<Pattern> all;
    for (const auto& json : exclude)
        all.push_back(pattern(axes, json, fmt::format("{}: exclude[{}]", file, all.size())));
    return all;
}

bool fits(const Pattern& pattern, const std::vector<std::size_t>& values) {
    for (std::size_t axis = 0; axis < values.size(); ++axis)
        if (!pattern[axis][values[axis]]) return false;
    return true;
}

std::size_t count_combinations(const std::vector<SweepAxis>& axes, const std::string& file) {
    std::size_t count = 1;
    for (const auto& axis : axes) {
        count *= axis.values.size();  // within 64 bits: a file of 64 MiB ends far below
        if (count <= most_cells) continue;
        refuse(file + ": matrix",
               fmt::format("more than the {} cells that a sweep may have; part it", most_cells));
    }
    return count;
}

std::vector<std::size_t> combination(const std::vector<SweepAxis>& axes, std::size_t number) {
    std::vector<std::size_t> values(axes.size());
    for (auto axis = axes.size(); axis-- > 0; number /= axes[axis].values.size())
        values[axis] = number % axes[axis].values.size();
    return values;
}

std::string name_of(const std::vector<SweepAxis>& axes, const std::vector<std::size_t>& values,
                    const std::string& file) {
    std::string name;
    for (std::size_t axis = 0; axis < axes.size(); ++axis) {
        name += fmt::format("{}{}={}", axis > 0 ? "," : "", axes[axis].name,
                            axes[axis].values[values[axis]].name);
    }
    if (name.size() <= longest_folder) return name;
    refuse(file + ": matrix", fmt::format("the cell {} has a name of {} characters, but a folder's "
                                          "has at most {}; shorten names",
                                          name, name.size(), longest_folder));
}

}  // namespace

std::vector<SweepCell> sweep_cells(const std::vector<SweepAxis>& axes, const core::Json& exclude,
                                   const std::string& file) {
    const auto excluded = patterns(axes, exclude, file);
    const auto count = count_combinations(axes, file);
    std::vector<SweepCell> cells;
    for (std::size_t number = 0; number < count; ++number) {
        auto values = combination(axes, number);
        const auto fits_cell = [&](const Pattern& pattern) { return fits(pattern, values); };
        if (std::any_of(excluded.begin(), excluded.end(), fits_cell)) continue;
        auto name = name_of(axes, values, file);
        cells.push_back({cells.size(), std::move(values), std::move(name)});
    }
    if (cells.empty()) refuse(file + ": exclude", "no cell is left");
    return cells;
}

}  // namespace faultline::cli
