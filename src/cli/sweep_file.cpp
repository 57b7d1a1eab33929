// A sweep's file is read whole before any of its cells is run: each config in it is applied to
// settings of its own once, so that a mistake in the last value stops the first cell, too.

#include "sweep_file.h"

#include <faultline/core/files.h>
#include <faultline/core/hash.h>
#include <faultline/core/options.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "sweep_cells.h"

namespace faultline::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t longest_name = 64;

[[noreturn]] void refuse(const std::string& where, const std::string& what) {
    throw core::Error(core::Fault::usage, fmt::format("{}: {}", where, what));
}

/// A JSON object of the sweep's file.
const core::Json& require_object(const core::Json& json, const std::string& where,
                                 const std::string& what) {
    if (json.is_object() && !json.empty()) return json;
    refuse(where, fmt::format("is {}, but an object {} belongs there",
                              json.is_object() ? "empty" : json.type_name(), what));
}

void require_keys(const core::Json& json, const std::string& file) {
    const std::vector<std::string> keys = {"base", "matrix", "exclude"};
    for (const auto& [key, unused] : json.items()) {
        if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
        const auto near = core::nearest(key, keys);
        throw core::Error(core::Fault::usage,
                          fmt::format("unknown key '{}' in {}; {}", key, file,
                                      near.empty() ? "a sweep has base, matrix and exclude"
                                                   : fmt::format("did you mean '{}'?", near)));
    }
}

/// Letters, digits and "._+-": a name is a part of a folder's and of a table's column.
void require_name(const std::string& name, const std::string& where) {
    const auto is_plain = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9');
    };
    const auto may_stand = [&](char letter) {
        return is_plain(letter) || std::string_view("._+-").find(letter) != std::string_view::npos;
    };
    if (!name.empty() && name.size() <= longest_name && is_plain(name.front()) &&
        std::all_of(name.begin(), name.end(), may_stand)) {
        return;
    }
    refuse(where, fmt::format("'{}' can't stand in a folder's name; take a letter or digit, then "
                              "letters, digits and any of ._+-, at most {} of them",
                              name, longest_name));
}

/// Reads the configs that a sweep's file holds or names.
class Reader {
 public:
    explicit Reader(std::string file) : file_(std::move(file)) {}

    /// An object of sections, or a config file's path from the sweep's folder; or a list of such.
    std::vector<Source> configs(const core::Json& json, const std::string& key) const {
        if (!json.is_array()) return {config(json, key)};
        std::vector<Source> all;
        for (const auto& one : json)
            all.push_back(config(one, fmt::format("{}[{}]", key, all.size())));
        return all;
    }

    std::vector<SweepAxis> axes(const core::Json& matrix) const {
        std::vector<SweepAxis> axes;
        require_object(matrix, where("matrix"), R"({"axis": {"value": {...}}})");
        for (const auto& [name, values] : matrix.items()) {
            require_name(name, where("matrix"));
            axes.push_back(axis(name, values));
        }
        return axes;
    }

    std::string where(const std::string& key) const { return fmt::format("{}: {}", file_, key); }

 private:
    SweepAxis axis(const std::string& name, const core::Json& values) const {
        const auto key = "matrix." + name;
        SweepAxis axis{name, {}};
        require_object(values, where(key), R"({"value": {...}})");
        for (const auto& [value, json] : values.items()) {
            require_name(value, where(key));
            axis.values.push_back({value, configs(json, key + "." + value)});
        }
        return axis;
    }

    Source config(const core::Json& json, const std::string& key) const {
        auto source = json.is_string() ? named(json.get<std::string>(), key)
                                       : Source{json, where(key), core::Fault::usage};
        Settings tried;
        fill(tried, {source});
        return source;
    }

    Source named(const std::string& path, const std::string& key) const {
        try {
            return read_config((fs::path(file_).parent_path() / path).string());
        } catch (const core::Error& error) {
            refuse(where(key), error.what());
        }
    }

    std::string file_;
};

}  // namespace

Sweep read_sweep(const std::string& file) {
    if (file.empty()) throw core::Error(core::Fault::usage, "no sweep: give a sweep's file");
    const auto bytes =
        blaming(core::Fault::usage, [&] { return core::read_file(file, core::json_limit_bytes); });
    const auto json = core::parse_json(bytes, file);
    if (!json.is_object() || !json.contains("matrix"))
        refuse(file, R"(is no sweep: it has no {"matrix": {"axis": {"value": {...}}}})");
    require_keys(json, file);
    const Reader reader(file);
    Sweep sweep{file, core::sha256(bytes), {}, reader.axes(json["matrix"]), {}};
    if (json.contains("base")) sweep.base = reader.configs(json["base"], "base");
    sweep.cells = sweep_cells(sweep.axes, json.value("exclude", core::Json::array()), file);
    return sweep;
}

std::vector<Source> sources(const Sweep& sweep, const SweepCell& cell) {
    auto all = sweep.base;
    for (std::size_t axis = 0; axis < sweep.axes.size(); ++axis) {
        const auto& more = sweep.axes[axis].values[cell.values[axis]].sources;
        all.insert(all.end(), more.begin(), more.end());
    }
    return all;
}

core::Json merged_config(const Sweep& sweep, const SweepCell& cell) {
    const auto all = sources(sweep, cell);
    Settings settings;
    fill(settings, all);
    const auto filled = core::values(sections(settings));
    auto merged = core::Json::object();
    for (const auto& source : all) {
        for (const auto& [section, values] : source.config.items()) {
            for (const auto& [key, unused] : values.items())
                merged[section][key] = filled[section][key];
        }
    }
    return merged;
}

core::Json named_values(const Sweep& sweep, const SweepCell& cell) {
    auto json = core::Json::object();
    for (std::size_t axis = 0; axis < sweep.axes.size(); ++axis)
        json[sweep.axes[axis].name] = sweep.axes[axis].values[cell.values[axis]].name;
    return json;
}

}  // namespace faultline::cli
