#include "stored.h"

#include <faultline/core/error.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace faultline::page {
namespace {

/// Those whose results have all that a page needs.
constexpr std::array<std::string_view, 2> schemas = {"4", "5"};

/// Spreadsheet letters: A to Z, then AA.
std::string letter(std::size_t place) {
    std::string text;
    for (auto left = place + 1; left > 0; left = (left - 1) / 26)
        text.insert(text.begin(), static_cast<char>('A' + (left - 1) % 26));
    return text;
}

Layer read_layer(const StoredValue& stored) {
    Layer layer{stored["name"].text(), "", stored["kind"].text(), stored["macs"].count(), 0};
    if (const auto group = stored.find("group")) layer.group = group->text();
    for (const auto& tensor : stored["tensors"].list()) {
        if (!tensor["in_space"].json().is_boolean() || !tensor["in_space"].json().get<bool>())
            continue;
        std::uint64_t count = 1;
        for (const auto& extent : tensor["shape"].list()) count *= extent.count();
        layer.parameters += count;
    }
    return layer;
}

/// Top-1 shares by point, in the order of runs.
using RunShares = std::map<std::string, std::vector<double>>;

RunShares read_runs(const StoredValue& result) {
    RunShares shares;
    for (const auto& run : result["runs"].list()) {
        for (const auto& trial : run["trials"].list()) {
            const auto tally = trial["tally"];
            const auto images = tally["images"].count();
            const auto right = static_cast<double>(tally["top1"].count());
            shares[trial["key"].text()].push_back(
                images == 0 ? 0 : right / static_cast<double>(images));
        }
    }
    return shares;
}

Point read_point(const Entry& entry, RunShares& shares) {
    Point point{entry, static_cast<std::int64_t>(entry.value["errors"].count()), {}, {}};
    if (const auto rate = entry.value.find("rate")) point.rate = rate->number();
    if (const auto bit = entry.value.find("bit")) point.bit = static_cast<int>(bit->count());
    point.run_shares = std::move(shares[entry.key]);
    return point;
}

/// The entries of a section that belong to a format.
std::vector<Entry> entries(const StoredValue& result, std::size_t place, const std::string& section,
                           const std::string& format) {
    std::vector<Entry> found;
    for (const auto& value : result[section].list()) {
        auto key = value["key"].text();
        // Groups don't tell their format, but for the key: "group/float32/fire".
        const auto told = value.find("format");
        const bool own = told ? told->text() == format : key.starts_with("group/" + format + "/");
        if (own) found.push_back({value, place, std::move(key)});
    }
    return found;
}

Series read_series(const Result& result, std::size_t place, const StoredValue& format,
                   RunShares& shares) {
    const auto& value = result.value;
    Series series{.result = place,
                  .label = result.letter,
                  .test = value["config"]["campaign"]["test"].text(),
                  .format = format["name"].text(),
                  .images = static_cast<std::int64_t>(value["images"]["count"].count()),
                  .exposed_bits = format["exposed_bits"].count()};
    for (const auto& golden : value["golden"].list()) {
        if (golden["format"].text() != series.format) continue;
        const auto before = golden["before"];
        const auto images =
            static_cast<double>(std::max<std::uint64_t>(1, before["images"].count()));
        series.golden = static_cast<double>(before["top1"].count()) / images;
    }
    for (auto& entry : entries(value, place, "points", series.format))
        series.points.push_back(read_point(entry, shares));
    series.groups = entries(value, place, "groups", series.format);
    series.strata = entries(value, place, "strata", series.format);
    return series;
}

std::string model_hash(const Result& result) {
    const auto formats = result.value["formats"].list();
    return formats.empty() ? std::string() : formats.front()["model_sha256"].text();
}

/// What it is, and how it stands to those before it.
Result begin(const Source& source, const std::vector<Result>& others) {
    Result result{.file = source.file,
                  .letter = letter(others.size()),
                  .model = {},
                  .network = others.size(),
                  .value = {source.file, source.result},
                  .source = &source};
    const auto model = result.value["config"]["network"].find("model");
    const auto path = model ? model->text() : source.file;
    result.model = path.substr(path.rfind('/') + 1);
    for (const auto& other : others)
        if (model_hash(other) == model_hash(result)) result.network = other.network;
    return result;
}

/// The shortest name that tells a series from the others of the page.
void label(std::vector<Result>& results) {
    for (auto& result : results) {
        for (auto& series : result.series) {
            const bool alone = result.series.size() == 1;
            series.label = results.size() == 1 ? series.format
                           : alone             ? result.letter
                                               : result.letter + " " + series.format;
        }
    }
}

}  // namespace

Attributes Number::attributes() const {
    return {{"data-result", std::to_string(result)},
            {"data-key", key},
            {"data-path", path},
            {"data-value", fmt::format("{}", value)}};
}

std::optional<Number> Entry::number(std::string_view path) const {
    auto at = value;
    for (auto rest = path; !rest.empty();) {
        const auto dot = std::min(rest.find('.'), rest.size());
        const auto next = at.find(std::string(rest.substr(0, dot)));
        if (!next) return std::nullopt;
        at = *next;
        rest.remove_prefix(std::min(dot + 1, rest.size()));
    }
    return Number{result, key, std::string(path), at.number()};
}

std::string Entry::text_at(std::string_view name) const {
    const auto found = value.find(std::string(name));
    return found ? found->text() : "";
}

void require_readable(const Source& source) {
    const StoredValue result(source.file, source.result);
    const auto version = result["schema_version"].text();
    if (std::find(schemas.begin(), schemas.end(), version) == schemas.end())
        throw core::Error(
            core::Fault::input,
            fmt::format("{} is {}, but this program reads {}; report it with the program that "
                        "wrote it, or measure again",
                        result["schema_version"].where(), version, fmt::join(schemas, " and ")));
    if (const auto kind = result["kind"].text(); kind != "campaign")
        throw core::Error(core::Fault::input,
                          fmt::format("{} is {}, but a report is about a campaign",
                                      result["kind"].where(), kind));
}

std::vector<Result> read(const std::vector<Source>& sources) {
    std::vector<Result> results;
    for (const auto& source : sources) {
        require_readable(source);
        auto result = begin(source, results);
        for (const auto& layer : result.value["network"]["layers"].list())
            result.layers.push_back(read_layer(layer));
        auto shares = read_runs(result.value);
        for (const auto& format : result.value["formats"].list())
            result.series.push_back(read_series(result, results.size(), format, shares));
        results.push_back(std::move(result));
    }
    label(results);
    return results;
}

std::vector<const Series*> series_of(const std::vector<Result>& results, std::string_view test) {
    std::vector<const Series*> found;
    for (const auto& result : results)
        for (const auto& series : result.series)
            if (series.test == test) found.push_back(&series);
    return found;
}

}  // namespace faultline::page
