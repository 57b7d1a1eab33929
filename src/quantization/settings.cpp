#include <faultline/core/error.h>
#include <faultline/quantization/settings.h>
#include <fmt/format.h>

#include <charconv>

namespace faultline::quantization {
namespace {

using core::option;

void choose(Settings& settings, Compat compat) {
    if (settings.compat == compat) return;
    const bool paper = compat == Compat::paper;
    settings.compat = compat;
    settings.encoding =
        paper ? number::Encoding::sign_magnitude : number::Encoding::twos_complement;
    settings.bias_format = paper ? BiasFormat::weights : BiasFormat::own;
}

core::Option compat_option(Settings& settings) {
    return core::choice_option(
        "compat", [&settings] { return static_cast<int>(settings.compat); },
        [&settings](int value) { choose(settings, static_cast<Compat>(value)); },
        {{"none", static_cast<int>(Compat::none)}, {"paper", static_cast<int>(Compat::paper)}},
        "whose choices are followed: paper sets encoding and bias_format as the original did");
}

core::Option width_option(const char* key, int& field, const char* of) {
    return option(key, field,
                  fmt::format("bits of {}; 0: as --bits, 1 to 24, 32: left in float32", of),
                  {0, Widths::float_bits});
}

int width(const char* key, int bits) {
    if (bits == Widths::float_bits) return bits;
    if (bits >= 1 && bits <= number::FixedPoint::most_bits) return bits;
    throw core::Error(core::Fault::usage,
                      fmt::format("{}: {} bits, but fixed point has 1 to {} (32 leaves float32)",
                                  key, bits, number::FixedPoint::most_bits));
}

int common_width(const std::string& bits) {
    int found = 0;
    const auto* end = bits.data() + bits.size();
    const auto read = std::from_chars(bits.data(), end, found);
    if (read.ec == std::errc{} && read.ptr == end) return width("bits", found);
    throw core::Error(core::Fault::usage,
                      fmt::format("bits: '{}' is neither a number of bits nor auto", bits));
}

}  // namespace

Widths widths(const Settings& settings) {
    const int common = common_width(settings.bits);
    const auto chosen = [&](const char* key, int own) {
        return own > 0 ? width(key, own) : common;
    };
    return {.convolution = chosen("convolution_bits", settings.convolution_bits),
            .linear = chosen("linear_bits", settings.linear_bits),
            .activation = chosen("activation_bits", settings.activation_bits)};
}

core::Section options(Settings& settings) {
    using number::Encoding;
    constexpr double most_margin = 100;
    return {
        "quantization",
        {compat_option(settings),
         option("bits", settings.bits,
                "width of every number: 1 to 24; auto: the narrowest within --margin", "N|auto"),
         width_option("convolution_bits", settings.convolution_bits, "convolutions' weights"),
         width_option("linear_bits", settings.linear_bits, "linear layers' weights"),
         width_option("activation_bits", settings.activation_bits, "layers' inputs and outputs"),
         option("margin", settings.margin, "auto: so many points of top-1 accuracy may be lost",
                {0.0, most_margin}),
         option("encoding", settings.encoding, "what the bits of a word mean",
                {{"twos-complement", Encoding::twos_complement},
                 {"sign-magnitude", Encoding::sign_magnitude}}),
         option("fraction", settings.fraction,
                "what decides F: the largest magnitude, or the least squared error",
                {{"range", FractionRule::range}, {"least_error", FractionRule::least_error}}),
         option("bias_format", settings.bias_format,
                "biases by their own range, or in the format of the layer's weights",
                {{"own", BiasFormat::own}, {"weights", BiasFormat::weights}}),
         option("sensitivity", settings.sensitivity,
                "measure the accuracy with each layer quantized alone, too"),
         option("fold_only", settings.fold_only,
                "fold batch-norms and stay in float32: what a fixed-point copy compares with")}};
}

}  // namespace faultline::quantization
