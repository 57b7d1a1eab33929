#include <ATen/ATen.h>
#include <faultline/core/error.h>
#include <faultline/number/least_error.h>
#include <faultline/number/range.h>
#include <faultline/quantization/choose.h>
#include <fmt/format.h>

#include <algorithm>

namespace faultline::quantization {
namespace {

using number::DynamicFixedPoint;
using number::FixedPoint;
using number::RangeRule;

/// The tensor's numbers on the host, in a row.
at::Tensor on_host(const at::Tensor& tensor) {
    return tensor.detach().to(at::kCPU).contiguous().flatten();
}

FixedPoint of_weights(const at::Tensor& values, const DynamicFixedPoint& request,
                      FractionRule rule) {
    const std::span<const float> numbers(values.data_ptr<float>(),
                                         static_cast<std::size_t>(values.numel()));
    switch (rule) {
        case FractionRule::range:
            return number::fixed_point(request, number::largest_magnitude(numbers),
                                       RangeRule::weights);
        case FractionRule::least_error:
            return number::least_error(request, numbers);
    }
    return request.with_fraction(0);
}

/// The formats that the rule chooses from, the range rule's first.
std::vector<FixedPoint> activation_candidates(float largest, const DynamicFixedPoint& request,
                                              FractionRule rule) {
    constexpr int most_saturating = 4;
    const auto by_range = number::fixed_point(request, largest, RangeRule::activations);
    const auto at = [&](int change) {
        return request.with_fraction(std::clamp(by_range.fraction_bits() + change,
                                                -network::most_activation_fraction,
                                                network::most_activation_fraction));
    };
    std::vector<FixedPoint> all = {at(0)};
    if (rule == FractionRule::range) return all;
    all.push_back(at(-1));
    for (int change = 1; change <= most_saturating; ++change) all.push_back(at(change));
    return all;
}

std::size_t best(const std::vector<Fit>& fits) {
    const auto least = std::min_element(
        fits.begin(), fits.end(), [](const Fit& a, const Fit& b) { return a.error < b.error; });
    return static_cast<std::size_t>(least - fits.begin());
}

class Chooser {
 public:
    Chooser(const Calibration& calibration, const Widths& widths, const Settings& settings)
        : network_(calibration.network), widths_(widths), settings_(settings) {}

    LayerChoice weights(const network::Layer& layer) const {
        LayerChoice choice;
        const int bits = layer.kind == "linear" ? widths_.linear : widths_.convolution;
        if (bits == Widths::float_bits) return choice;
        for (const int tensor : layer.tensors) set(choice, tensor, request(bits));
        return choice;
    }

    std::vector<FixedPoint> activations(float largest) const {
        if (widths_.activation == Widths::float_bits) return {};
        return activation_candidates(largest, request(widths_.activation), settings_.fraction);
    }

 private:
    DynamicFixedPoint request(int bits) const {
        return {.bit_count = bits, .encoding = settings_.encoding};
    }

    void set(LayerChoice& choice, int tensor, const DynamicFixedPoint& request) const {
        const auto& described = network_.description().tensors[static_cast<std::size_t>(tensor)];
        const auto values = on_host(network_.weight(tensor));
        try {
            if (described.role == network::Role::weight) {
                const auto format = of_weights(values, request, settings_.fraction);
                choice.formats.weights = format;
                choice.weights = fit(values, format);
            } else if (described.role == network::Role::bias) {
                const auto format = settings_.bias_format == BiasFormat::own
                                        ? of_weights(values, request, settings_.fraction)
                                        : std::get<FixedPoint>(choice.formats.weights);
                choice.formats.biases = format;
                choice.biases = fit(values, format);
            }
        } catch (const core::Error& error) {
            throw core::Error(error.fault(), fmt::format("{}: {}: {}", network_.description().path,
                                                         described.name, error.what()));
        }
    }

    const network::Network& network_;
    Widths widths_;
    const Settings& settings_;
};

}  // namespace

std::vector<LayerChoice> choose(const Calibration& calibration, const Widths& widths,
                                const Settings& settings) {
    const Chooser chooser(calibration, widths, settings);
    const auto& layers = calibration.network.description().layers;
    const auto rounded = rounded_layers(calibration.network);
    std::vector<LayerChoice> choices(layers.size());
    std::vector<Candidates> candidates(layers.size());
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (!rounded[i]) continue;
        choices[i] = chooser.weights(layers[i]);
        candidates[i] = {chooser.activations(calibration.ranges[i].inputs),
                         chooser.activations(calibration.ranges[i].outputs)};
    }
    if (widths.activation == Widths::float_bits) return choices;
    const auto fits = measure_fits(calibration.network, calibration.set, candidates);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (!rounded[i]) continue;
        const auto input = best(fits[i].inputs), output = best(fits[i].outputs);
        choices[i].formats.inputs = candidates[i].inputs[input];
        choices[i].formats.outputs = candidates[i].outputs[output];
        choices[i].inputs = fits[i].inputs[input];
        choices[i].outputs = fits[i].outputs[output];
    }
    return choices;
}

std::vector<network::LayerFormats> formats(const std::vector<LayerChoice>& choices) {
    std::vector<network::LayerFormats> all;
    for (const auto& choice : choices) all.push_back(choice.formats);
    return all;
}

}  // namespace faultline::quantization
