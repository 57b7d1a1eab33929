#include <fmt/format.h>

#include "drawing.h"
#include "sections.h"
#include "tables.h"

namespace faultline::page {
namespace {

constexpr double bits_per_mibit = 1048576, bits_per_megabyte = 8e6;

/// The protections' names in words.
std::string told(const std::string& protection) {
    if (protection == "none") return "nothing";
    if (protection == "tmr") return "triple modular redundancy (TMR) of everything";
    if (protection.starts_with("tmr:bits="))
        return "TMR of bit " + protection.substr(std::string("tmr:bits=").size());
    if (protection.starts_with("tmr:layers="))
        return "TMR of layers " + protection.substr(std::string("tmr:layers=").size());
    if (protection == "secded") return "SECDED code on each word";
    if (protection == "parity") return "parity on each word, read as zero when it fails";
    return protection;
}

Markup size_of(const std::optional<Number>& bits, double unit) {
    if (!bits) return value({});
    const auto size = bits->value / unit;
    return element("span", bits->attributes(),
                   size >= 10 ? fmt::format("{:.1f}", size) : fmt::format("{:.3g}", size));
}

/// "8.1 %" of what the first row, without protection, has.
Markup part_left(const Entry& entry, const std::optional<Number>& unprotected) {
    const auto left = entry.number("statistics.critical.mean");
    if (!left || !unprotected || unprotected->value <= 0) return text("");
    return text(fmt::format("{:.1f} %", 100 * left->value / unprotected->value));
}

Markup remaining(const Entry& entry) {
    if (entry.number("statistics.critical.mean"))
        return with_interval(entry, "statistics.critical", Shown::real);
    const auto protection = entry.text_at("protection");
    const auto measured =
        protection == "none" ? "run --test sample" : "run --protect " + shortened(protection, 60);
    return text("no data, " + measured);
}

std::string basis(const Entry& entry) {
    const auto basis = entry.text_at("basis");
    if (basis == "construction") return "single errors are always corrected";
    if (basis == "all trials") return "all trials";
    if (basis == "held-out trials") return "trials that had no part in the choice";
    return "";
}

Markup table(const Result& result, std::size_t place, const std::string& format) {
    Table table{"What protection costs and leaves: " + shortened(result.model, 80) + ", " + format,
                {{"protect"},
                 {"added Mibit"},
                 {"added MB"},
                 {"critical images per error"},
                 {"of unprotected"},
                 {"known from", true},
                 {"for --protect", true}}};
    std::optional<Number> unprotected;
    for (const auto& stored : result.value["guideline"].list()) {
        if (stored["format"].text() != format) continue;
        const Entry entry{stored, place, stored["key"].text()};
        if (entry.text_at("protection") == "none")
            unprotected = entry.number("statistics.critical.mean");
        const auto added = entry.number("added_bits");
        table.rows.push_back(element(
            "tr", {},
            row_head(told(entry.text_at("protection"))) + cell(size_of(added, bits_per_mibit)) +
                cell(size_of(added, bits_per_megabyte)) + cell(remaining(entry)) +
                cell(part_left(entry, unprotected)) + words_cell(text(basis(entry))) +
                words_cell(element("code", {}, entry.text_at("protection")))));
    }
    return table.rows.empty() ? Markup() : table.markup();
}

/// Whether another series says the same of the same weights, and knows more or comes first.
bool is_told_elsewhere(const std::vector<Result>& results, const Series& series) {
    for (const auto& result : results) {
        for (const auto& other : result.series) {
            const bool same = result.network == results[series.result].network &&
                              other.format == series.format && &other != &series;
            const bool knows_more = other.test == "sample" && series.test != "sample";
            const bool knows_less = other.test != "sample" && series.test == "sample";
            if (same && (knows_more || (!knows_less && other.result < series.result))) return true;
        }
    }
    return false;
}

}  // namespace

Markup guideline(const std::vector<Result>& results) {
    Markup tables;
    for (std::size_t place = 0; place < results.size(); ++place) {
        if (!results[place].value.find("guideline")) continue;
        for (const auto& series : results[place].series)
            if (!is_told_elsewhere(results, series))
                tables += table(results[place], place, series.format);
    }
    if (tables.empty()) return {};
    return tables +
           element("p", {},
                   "Critical: right without faults, then wrong or not finite. What is left is "
                   "counted per error that would meet the unprotected memory, one error at a time: "
                   "errors come at the same rate per bit, and those that a protection corrects do "
                   "nothing. That several errors meet in one word, or in two copies of one bit, is "
                   "not in these numbers; faultline run --protect simulates it, with copies and "
                   "check bits as targets, too.");
}

}  // namespace faultline::page
