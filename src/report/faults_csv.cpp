// A layer-wise campaign on a large network has millions of lines, so digits are written straight
// into one string.

#include <fmt/format.h>

#include <faultline/campaign/protection.h>
#include <faultline/core/error.h>
#include <faultline/report/result.h>
#include <array>
#include <charconv>
#include <variant>

namespace faultline::report {

namespace {

using evaluation::WordChange;

void append(std::string& text, std::int64_t number) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
    text.append(digits.begin(), end);
    text += ',';
}

void append_hexadecimal(std::string& text, std::uint64_t word, int digit_count) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (int shift = 4 * (digit_count - 1); shift >= 0; shift -= 4)
        text += digits[word >> shift & 0xFU];
}

void append_word(std::string& text, std::uint32_t word, char separator) {
    append_hexadecimal(text, word, 8);
    text += separator;
}

/// The widest word of a protected memory has 96 bits.
void append_hit(std::string& text, const fault::Bits& hit) {
    text += ',';
    append_hexadecimal(text, hit.high(), 8);
    append_hexadecimal(text, hit.low(), 16);
}

/// The words around a strike must be those the effect makes of them.
void require_agreement(const fault::Effect& effect, const WordChange& change,
                       const std::string& where) {
    if (effect.apply(change.before) == change.after) return;
    throw core::Error(core::Fault::integrity,
                      fmt::format("{}: the word {:08x} became {:08x}, but its fault makes {:08x}; "
                                  "don't trust this campaign",
                                  where, change.before, change.after, effect.apply(change.before)));
}

void require_shape(const FormatInputs& inputs, std::size_t runs) {
    bool same = inputs.outcome.runs.size() == runs && inputs.trials.size() == runs &&
                inputs.changes.size() == runs;
    for (std::size_t run = 0; same && run < runs; ++run) {
        same = inputs.trials[run].size() == inputs.changes[run].size();
    }
    if (same) return;
    throw core::Error(core::Fault::integrity,
                      "the words recorded around faults are of other runs or points than the "
                      "trials; this is a bug, please report it");
}

}  // namespace

std::string fault_rows(int run, std::size_t place, std::span<const fault::Effect> added,
                       std::span<const WordChange> changes) {
    const auto where = fmt::format("run {}, trial {}", run, place);
    if (added.size() != changes.size()) {
        throw core::Error(core::Fault::integrity,
                          fmt::format("{}: {} faults were injected, but {} were recorded; don't "
                                      "trust this campaign",
                                      where, added.size(), changes.size()));
    }
    constexpr std::size_t line_size = 48;  // seldom longer, so the string is seldom moved
    const auto line_start = fmt::format("{},{},", run, place);
    std::string text;
    text.reserve(added.size() * line_size);
    for (std::size_t i = 0; i < added.size(); ++i) {
        const auto& word = std::get<fault::WeightWord>(added[i].location);
        require_agreement(added[i], changes[i], where);
        text += line_start;
        append(text, word.tensor);
        append(text, word.element);
        append_word(text, added[i].toggle, ',');
        append_word(text, changes[i].before, ',');
        append_hexadecimal(text, changes[i].after, 8);
        if (added[i].hit.any()) append_hit(text, added[i].hit);
        text += '\n';
    }
    return text;
}

std::string faults_csv(const Inputs& inputs) {
    const auto& runs = inputs.formats.front().outcome.runs;
    for (const auto& format : inputs.formats) require_shape(format, runs.size());
    std::string text = "run,trial,tensor,element,mask,before,after";
    if (campaign::is_protected(inputs.formats.front().plan.settings)) text += ",hit";
    text += '\n';
    for (std::size_t run = 0; run < runs.size(); ++run) {
        std::size_t place = 0;
        for (const auto& format : inputs.formats) {
            for (std::size_t point = 0; point < format.trials[run].size(); ++point) {
                text += fault_rows(runs[run].run, place++, format.trials[run][point].added,
                                   format.changes[run][point]);
            }
        }
    }
    return text;
}

}  // namespace faultline::report
