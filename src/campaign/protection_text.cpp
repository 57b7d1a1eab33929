// SCHEME[:bits=BITS][:layers=PATTERNS]; layers come last, since a layer's name may hold a colon.

#include <faultline/campaign/protection.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <faultline/core/error.h>
#include <faultline/core/options.h>

#include <algorithm>
#include <bit>
#include <utility>

namespace faultline::campaign {

namespace {

struct Scheme {
    std::string name;
    fault::Protection protection;
    std::string added_role;
    std::string promise;  ///< a sentence
};

const std::vector<Scheme>& schemes() {
    static const std::vector<Scheme> rows = {
        {"none", fault::Unprotected{}, "", ""},
        {"tmr", fault::Tmr{}, "copy",
         "A protected bit is stored three times, and read as at least two of the three say"},
        {"secded", fault::Secded{}, "check",
         "In a protected word one wrong bit is corrected and two are detected (Hamming's extended "
         "code); more are decoded as if they were fewer, and may be read as another number, "
         "silently"},
        {"parity", fault::Parity{}, "parity",
         "In a protected word odd counts of wrong bits are detected, even ones are read as they "
         "are"}};
    return rows;
}

[[noreturn]] void refuse(const std::string& message) {
    throw core::Error(core::Fault::usage, "protect: " + message);
}

const Scheme& row_of(const fault::Protection& protection) { return schemes()[protection.index()]; }

fault::Protection scheme_of(const std::string& name) {
    std::vector<std::string> names;
    for (const auto& scheme : schemes()) {
        if (scheme.name == name) return scheme.protection;
        names.push_back(scheme.name);
    }
    const auto near = core::nearest(name, names);
    refuse(fmt::format("'{}' is not one of {}{}", name, fmt::join(names, ", "),
                       near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
}

/// The text behind "KEY=" when `text` begins so; it and the colon after it are taken off.
bool take(std::string& text, const std::string& key, bool to_the_end, std::string& value) {
    if (!text.starts_with(key + "=")) return false;
    const auto begin = key.size() + 1;
    const auto end = to_the_end ? std::string::npos : text.find(':', begin);
    value = text.substr(begin, end == std::string::npos ? end : end - begin);
    text = end == std::string::npos ? "" : text.substr(end + 1);
    if (end != std::string::npos && text.empty()) refuse("nothing follows the last colon");
    return true;
}

std::uint32_t bits_of(const std::string& text) {
    std::vector<int> bits;
    core::option("protect: bits", bits, "", {0, 31}).write(text);
    std::uint32_t mask = 0;
    for (const int bit : bits) {
        const auto one = std::uint32_t{1} << static_cast<unsigned>(bit);
        if ((mask & one) != 0) refuse(fmt::format("bits: {} is named twice", bit));
        mask |= one;
    }
    if (mask == 0) refuse("bits: the list is empty; name some, such as bits=30");
    return mask;
}

std::vector<std::string> patterns_of(const std::string& text) {
    std::vector<std::string> patterns;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find(',', begin), text.size());
        patterns.push_back(text.substr(begin, end - begin));
        begin = end + 1;
        if (patterns.back().empty())
            refuse("layers: a pattern is empty; name some, such as layers=conv1*,fc");
    }
    if (text.find(":bits=") != std::string::npos) refuse("bits go before layers");
    return patterns;
}

}  // namespace

MemoryProtection parse_protection(const std::string& text) {
    const auto colon = text.find(':');
    MemoryProtection found{scheme_of(text.substr(0, colon))};
    if (colon == std::string::npos) return found;
    if (std::holds_alternative<fault::Unprotected>(found.scheme))
        refuse(fmt::format("'{}': nothing may follow none", text));
    auto rest = text.substr(colon + 1);
    std::string value;
    if (take(rest, "bits", false, value)) {
        auto* const tmr = std::get_if<fault::Tmr>(&found.scheme);
        if (tmr == nullptr)
            refuse(fmt::format("'{}': bits are tmr's; {} guards whole words", text,
                               name(found.scheme)));
        tmr->bits = bits_of(value);
        if (rest.empty()) return found;
    }
    if (!take(rest, "layers", true, value))
        refuse(fmt::format("'{}' is neither bits=... nor layers=... in '{}'", rest, text));
    found.layers = patterns_of(value);
    return found;
}

std::string name(const fault::Protection& scheme) { return row_of(scheme).name; }

std::string added_role(const fault::Protection& scheme) { return row_of(scheme).added_role; }

std::string bits_text(std::uint32_t bits) {
    std::string text;
    for (int bit = 0; bit < 32; ++bit) {
        if ((bits >> bit & 1U) == 0) continue;
        const int last = bit + std::countr_one(bits >> bit) - 1;
        text += fmt::format("{}{}", text.empty() ? "" : ",", bit);
        if (last > bit) text += fmt::format("-{}", last);
        bit = last;
    }
    return text;
}

std::string name(const MemoryProtection& protection) {
    auto text = name(protection.scheme);
    const auto* const tmr = std::get_if<fault::Tmr>(&protection.scheme);
    if (tmr != nullptr && *tmr != fault::Tmr{}) text += ":bits=" + bits_text(tmr->bits);
    if (protection.layers != MemoryProtection{}.layers)
        text += fmt::format(":layers={}", fmt::join(protection.layers, ","));
    return text;
}

std::vector<std::string> protection_assumptions(const Settings& settings) {
    const auto protection = parse_protection(settings.protect);
    const auto& row = row_of(protection.scheme);
    if (row.promise.empty()) return {};
    std::vector<std::string> all = {row.promise + "."};
    if (const auto* tmr = std::get_if<fault::Tmr>(&protection.scheme); tmr == nullptr)
        all.emplace_back(
            "A word that is found to be wrong and can't be corrected is read as bits that are all "
            "0, the number 0.0, and used at once: it isn't fetched again from elsewhere, and "
            "finding it costs no time.");
    else if (*tmr != fault::Tmr{})
        all.push_back(fmt::format("Protected are bits {} of a word.", bits_text(tmr->bits)));
    if (protection.layers != MemoryProtection{}.layers)
        all.push_back(fmt::format("Protected are layers whose name matches {}.",
                                  fmt::join(protection.layers, " or ")));
    all.emplace_back(
        "Nothing is written back: bits once hit stay wrong, and pile up until the run ends.");
    return all;
}

}  // namespace faultline::campaign
