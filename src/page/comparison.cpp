// Series side by side: formats of one network, a network before and after it was protected, one
// network against another.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "drawing.h"
#include "tables.h"

namespace faultline::page {
namespace {

/// A point's key without its format: what it has in common with another series' point.
std::string place_of(const Series& series, const std::string& key) {
    const auto middle = "/" + series.format + "/";
    const auto at = key.find(middle);
    return at == std::string::npos ? key : key.substr(at + middle.size());
}

using Places = std::map<std::string, const Entry*>;

Places places(const Series& series) {
    Places found;
    for (const auto& point : series.points) found[place_of(series, point.entry.key)] = &point.entry;
    return found;
}

std::string difference(const Entry& first, const Entry& other) {
    const auto was = first.number("statistics.top1.mean"),
               is = other.number("statistics.top1.mean");
    return was && is ? fmt::format("{:+.4f}", is->value - was->value) : std::string();
}

/// "tmr:bits=30", as --protect takes it. (Results of the previous schema have no such setting.)
std::string protection(const Result& result) {
    const auto setting = result.value["config"]["campaign"].find("protect");
    return setting ? setting->text() : "none";
}

/// What was done to the network, and what it costs beside its multiply-accumulates.
std::string hardening(const Result& result) {
    const auto stored = result.value["network"].find("hardening");
    if (!stored) return "none";
    return fmt::format("{} ({}), {} more operations", (*stored)["method"].text(),
                       (*stored)["beyond"].text(), grouped((*stored)["added_operations"].count()));
}

std::string seconds(const Result& result) {
    const auto timing = result.value.find("timing");
    const auto found = timing ? timing->find("seconds") : std::nullopt;
    return found ? fmt::format("{:.1f}", found->number()) : "–";
}

Markup overview(const std::vector<Result>& results) {
    Table table{"What was measured",
                {{"series"},
                 {"test", true},
                 {"format", true},
                 {"bits"},
                 {"images"},
                 {"golden top-1"},
                 {"multiply-accumulates"},
                 {"hardening", true},
                 {"protection", true},
                 {"seconds it took"}}};
    for (const auto& result : results)
        for (const auto& series : result.series)
            table.rows.push_back(element(
                "tr", {},
                row_head(series.label) + words_cell(text(series.test)) +
                    words_cell(text(series.format)) + cell(grouped(series.exposed_bits)) +
                    cell(grouped(static_cast<std::uint64_t>(series.images))) +
                    cell(share(series.golden)) +
                    cell(grouped(result.value["network"]["macs"].count())) +
                    words_cell(text(hardening(result))) +
                    words_cell(text(shortened(protection(result), 80))) + cell(seconds(result))));
    return table.markup();
}

Markup side_by_side(const std::vector<const Series*>& all) {
    if (all.size() < 2) return {};
    Table table{fmt::format("Mean top-1 at the same points, {} test", all.front()->test),
                {Head{"point"}}};
    std::vector<Places> found;
    for (const auto* series : all) {
        found.push_back(places(*series));
        table.heads.push_back({series->label});
        if (series != all.front()) table.heads.push_back({"difference to " + all.front()->label});
    }
    for (const auto& point : all.front()->points) {
        const auto place = place_of(*all.front(), point.entry.key);
        auto cells = row_head(place);
        std::size_t met = 0;
        for (std::size_t i = 0; i < found.size(); ++i) {
            const auto entry = found[i].find(place);
            const bool is_there = entry != found[i].end();
            met += is_there;
            cells += cell(is_there ? with_interval(*entry->second, "statistics.top1") : value({}));
            if (i > 0) cells += cell(is_there ? difference(point.entry, *entry->second) : "");
        }
        if (met > 1) table.rows.push_back(element("tr", {}, cells));
    }
    return table.rows.empty() ? Markup() : table.markup();
}

}  // namespace

Markup comparison(const std::vector<Result>& results) {
    std::size_t count = 0;
    for (const auto& result : results) count += result.series.size();
    if (count < 2) return {};
    auto tables = overview(results);
    for (const auto* test : {"full", "indexed", "layer", "sample"})
        tables += side_by_side(series_of(results, test));
    return tables + element("p", {},
                            "Differences of means, without a test: faultline compare tells whether "
                            "two results of one network differ by more than chance explains.");
}

}  // namespace faultline::page
