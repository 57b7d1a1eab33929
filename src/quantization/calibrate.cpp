#include <ATen/ATen.h>
#include <faultline/core/error.h>
#include <faultline/quantization/calibrate.h>
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "observe.h"

namespace faultline::quantization {
namespace {

using network::Network;

/// Called for each convolution and linear layer with what goes in and what comes out.
using Observe = std::function<void(int layer, const at::Tensor& inputs, const at::Tensor& outputs)>;

void observe_layers(const Network& network, const at::Tensor& images, const Observe& see) {
    observe(network, images, [&](int index, const network::State& state) {
        const auto& step = network.program().steps[static_cast<std::size_t>(index)];
        if (!step.product) return;
        see(step.product->layer, state[static_cast<std::size_t>(step.product->data)].toTensor(),
            state[static_cast<std::size_t>(step.outputs.at(0))].toTensor());
    });
}

float largest(const at::Tensor& values) {
    return values.numel() == 0 ? 0 : values.abs().max().item<float>();
}

/// NaN wins.
void widen(float& range, float seen) { range = seen > range || std::isnan(seen) ? seen : range; }

void require_finite(const Network& network, const std::vector<Ranges>& ranges) {
    for (std::size_t layer = 0; layer < ranges.size(); ++layer) {
        if (std::isfinite(ranges[layer].inputs) && std::isfinite(ranges[layer].outputs)) continue;
        throw core::Error(
            core::Fault::input,
            fmt::format("{}: on the calibration images, the largest input and output of {} are {} "
                        "and {}; fixed point needs a finite range: is the network sound, and are "
                        "images prepared as it wants them?",
                        network.description().path, network.description().layers[layer].name,
                        ranges[layer].inputs, ranges[layer].outputs));
    }
}

double total(const at::Tensor& values) { return values.sum().item<double>(); }

}  // namespace

std::vector<bool> rounded_layers(const Network& network) {
    std::vector<bool> found(network.description().layers.size(), false);
    for (const auto& step : network.program().steps) {
        if (step.product) found[static_cast<std::size_t>(step.product->layer)] = true;
    }
    return found;
}

std::vector<Ranges> measure_ranges(const Network& network, const ImageSet& set) {
    std::vector<Ranges> ranges(network.description().layers.size());
    for_each_batch(set, network.device(), [&](const at::Tensor& images, auto) {
        observe_layers(network, images,
                       [&](int layer, const at::Tensor& inputs, const at::Tensor& outputs) {
                           auto& range = ranges[static_cast<std::size_t>(layer)];
                           widen(range.inputs, largest(inputs));
                           widen(range.outputs, largest(outputs));
                       });
    });
    require_finite(network, ranges);
    return ranges;
}

Fit& Fit::operator+=(const Fit& other) {
    count += other.count;
    saturated += other.saturated;
    signal += other.signal;
    error += other.error;
    return *this;
}

double Fit::saturated_share() const {
    return count == 0 ? 0 : static_cast<double>(saturated) / static_cast<double>(count);
}

double Fit::decibels() const {
    if (error == 0) return std::numeric_limits<double>::infinity();
    constexpr double per_decade = 10;
    return signal == 0 ? 0 : per_decade * std::log10(signal / error);
}

at::Tensor rounded(const at::Tensor& values, const number::FixedPoint& format) {
    const double step = format.step();
    return values.mul(1 / step)
        .round()
        .clamp(format.lowest() / step, format.highest() / step)
        .mul(step);
}

Fit fit(const at::Tensor& values, const number::FixedPoint& format) {
    const double half = format.step() / 2;
    const auto exact = values.to(at::kDouble);
    const auto beyond =
        exact.ge(format.highest() + half).logical_or(exact.lt(format.lowest() - half));
    return {values.numel(), beyond.sum().item<std::int64_t>(), total(exact.square()),
            total((exact - rounded(values, format).to(at::kDouble)).square())};
}

std::vector<Fits> measure_fits(const Network& network, const ImageSet& set,
                               const std::vector<Candidates>& candidates) {
    std::vector<Fits> fits;
    for (const auto& wanted : candidates) {
        fits.push_back(
            {std::vector<Fit>(wanted.inputs.size()), std::vector<Fit>(wanted.outputs.size())});
    }
    const auto add = [](std::vector<Fit>& sums, const std::vector<number::FixedPoint>& formats,
                        const at::Tensor& values) {
        for (std::size_t i = 0; i < formats.size(); ++i) sums[i] += fit(values, formats[i]);
    };
    for_each_batch(set, network.device(), [&](const at::Tensor& images, auto) {
        observe_layers(network, images,
                       [&](int layer, const at::Tensor& inputs, const at::Tensor& outputs) {
                           const auto place = static_cast<std::size_t>(layer);
                           add(fits[place].inputs, candidates[place].inputs, inputs);
                           add(fits[place].outputs, candidates[place].outputs, outputs);
                       });
    });
    return fits;
}

}  // namespace faultline::quantization
