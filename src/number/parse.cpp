// A format's name is read part by part: fixedB, then at most one fraction (fF or dynamic) and at
// most one encoding.
#include <faultline/core/error.h>
#include <faultline/number/format.h>
#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace faultline::number {
namespace {

constexpr std::string_view formats_there_are =
    "there are float32 and fixed1 to fixed24, as in fixed8 (a fraction for each tensor), fixed8:f7 "
    "(7 fraction bits) and fixed8:f7:sign-magnitude";

/// `reason` begins with ": ", or is empty.
core::Error refusal(const std::string& text, const std::string& reason) {
    return {core::Fault::usage, fmt::format("format: '{}' is not a number format{}; {}", text,
                                            reason, formats_there_are)};
}

/// The number after `prefix`, when `part` is just that, written as we write it.
std::optional<int> number_after(std::string_view prefix, std::string_view part) {
    if (!part.starts_with(prefix)) return {};
    const auto digits = part.substr(prefix.size());
    int number = 0;
    const auto end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, number);
    if (read.ec != std::errc{} || std::to_string(number) != digits) return {};
    return number;
}

/// Cuts the part up to the next colon off the front of `rest`.
std::string_view next_part(std::optional<std::string_view>& rest) {
    const auto colon = rest->find(':');
    const auto part = rest->substr(0, colon);
    rest = colon == std::string_view::npos ? std::nullopt : std::optional(rest->substr(colon + 1));
    return part;
}

/// What follows "fixedB:".
struct Parts {
    std::optional<int> fraction_bits;
    bool dynamic = false;
    bool sign_magnitude = false;

    /// False when `part` is none, or contradicts or repeats another.
    bool take(std::string_view part) {
        if (part == "sign-magnitude") return !std::exchange(sign_magnitude, true);
        if (fraction_bits || dynamic) return false;
        dynamic = part == "dynamic";
        fraction_bits = number_after("f", part);
        return dynamic || fraction_bits;
    }
};

/// Throws Error(usage) for widths and fractions that there aren't.
FormatRequest request(int bit_count, const Parts& parts) {
    const DynamicFixedPoint dynamic = {
        .bit_count = bit_count,
        .encoding = parts.sign_magnitude ? Encoding::sign_magnitude : Encoding::twos_complement};
    const auto fixed = dynamic.with_fraction(parts.fraction_bits.value_or(0));
    if (parts.fraction_bits) return fixed;
    return dynamic;
}

}  // namespace

FormatRequest parse(const std::string& text) {
    if (text == name(Format(Float32{}))) return Float32{};
    std::optional<std::string_view> rest = text;
    const auto bit_count = number_after("fixed", next_part(rest));
    if (!bit_count) throw refusal(text, "");
    Parts parts;
    while (rest) {
        const auto part = next_part(rest);
        if (parts.take(part)) continue;
        throw refusal(text, fmt::format(": '{}' is unknown or one of its kind too many", part));
    }
    try {
        return request(*bit_count, parts);
    } catch (const core::Error& error) {
        throw refusal(text, fmt::format(": {}", error.what()));
    }
}

}  // namespace faultline::number
