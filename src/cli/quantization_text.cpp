#include <faultline/core/place.h>
#include <fmt/format.h>

#include <cmath>

#include "accuracy_report.h"
#include "quantization_report.h"

namespace faultline::cli {
namespace {

using quantization::Fit;

/// "8 F 7": width and fraction.
std::string format_text(const number::Format& format) {
    const auto* fixed = std::get_if<number::FixedPoint>(&format);
    if (fixed == nullptr) return "float32";
    return fmt::format("{:>2} F {:>3}", fixed->bit_count(), fixed->fraction_bits());
}

std::string end_text(const std::optional<number::FixedPoint>& format,
                     const std::optional<Fit>& fit) {
    if (!format || !fit) return fmt::format("{:>8} {:>6} {:>5}", "float32", "", "");
    constexpr double percent = 100;
    const auto decibels = fit->decibels();
    return fmt::format("{:>8} {:>6.3f} {:>5}", format_text(*format),
                       percent * fit->saturated_share(),
                       std::isfinite(decibels) ? fmt::format("{:.1f}", decibels) : "exact");
}

std::optional<number::FixedPoint> fixed(const number::Format& format) {
    const auto* found = std::get_if<number::FixedPoint>(&format);
    return found == nullptr ? std::nullopt : std::optional(*found);
}

std::string layer_lines(const Quantization& done, const network::Description& network) {
    std::size_t width = 5;
    for (const auto& layer : network.layers) width = std::max(width, layer.name.size());
    const bool alone = !done.sensitivity.empty();
    auto text = fmt::format("{0:<{1}} {2:^21}  {3:^21}  {4:^21}  {5:^21}{6}\n", "", width,
                            "weights", "biases", "inputs", "outputs", alone ? "   alone" : "");
    text += fmt::format("{0:<{1}} {2}  {2}  {2}  {2}{3}\n", "layer", width, "  bits F  sat %    dB",
                        alone ? "   top-1" : "");
    for (std::size_t i = 0; i < done.choices.size(); ++i) {
        const auto& [formats, weights, biases, inputs, outputs] = done.choices[i];
        text += fmt::format("{:<{}} {}  {}  {}  {}{}\n", network.layers[i].name, width,
                            end_text(fixed(formats.weights), weights),
                            end_text(fixed(formats.biases), biases),
                            end_text(formats.inputs, inputs), end_text(formats.outputs, outputs),
                            alone ? fmt::format("{:>8}", done.sensitivity[i].top1) : "");
    }
    return text;
}

std::string search_line(const quantization::WidthSearch& search) {
    const auto bits = [](int width) {
        return width == quantization::Widths::float_bits ? std::string("float32")
                                                         : fmt::format("{} bits", width);
    };
    return fmt::format(
        "widths found in {} trials: convolutions {}, linear layers {}, activations {}\n",
        search.trials.size(), bits(search.widths.convolution), bits(search.widths.linear),
        bits(search.widths.activation));
}

/// A line an epoch, then what it does to the images that are measured.
std::string tuning_lines(const FineTuning& tuning) {
    auto text = fmt::format(
        "fine-tuning on {} images, the epoch chosen by {} held out\n"
        "epoch  loss while training  held out: loss  right\n",
        tuning.training_images, tuning.held_out_images);
    for (std::size_t i = 0; i < tuning.tuned.epochs.size(); ++i) {
        const auto& epoch = tuning.tuned.epochs[i];
        const auto loss = epoch.training_loss ? fmt::format("{:.4f}", *epoch.training_loss) : "";
        text +=
            fmt::format("{:>5}  {:>19}  {:>14.4f}  {:>5}{}\n", i, loss, epoch.held_out_loss,
                        epoch.held_out_top1, i == core::place(tuning.tuned.best) ? "  kept" : "");
    }
    if (tuning.untuned && tuning.gain) {
        text += accuracy_line("untuned", *tuning.untuned) + accuracy_line("tuned  ", *tuning.gain) +
                drop_line(*tuning.untuned, *tuning.gain);
    }
    return text;
}

}  // namespace

std::string quantization_text(const Quantization& done, const network::Description& network) {
    std::string text;
    if (!done.folded.empty())
        text +=
            fmt::format("folded {} batch-norms into the layers before them\n", done.folded.size());
    if (done.search) text += search_line(*done.search);
    if (!done.choices.empty()) text += layer_lines(done, network);
    if (done.tuning) text += tuning_lines(*done.tuning);
    if (done.before && done.after) {
        text += accuracy_line("before", *done.before) + accuracy_line("after ", *done.after) +
                drop_line(*done.before, *done.after);
    }
    return text;
}

}  // namespace faultline::cli
