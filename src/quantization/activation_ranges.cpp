#include <ATen/ATen.h>
#include <faultline/core/error.h>
#include <faultline/core/place.h>
#include <faultline/evaluation/normalise.h>
#include <faultline/quantization/activation_ranges.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "observe.h"

namespace faultline::quantization {
namespace {

using core::place;
using network::ActivationRange;
using network::ClipPoint;
using network::Network;

ActivationRange range_of(const at::Tensor& values) {
    if (values.numel() == 0) return {};
    const auto [low, high] = at::aminmax(values);  // NaN wins
    return {low.item<float>(), high.item<float>()};
}

void require_finite(const Network& network, const ClipPoint& point, const ActivationRange& range) {
    if (std::isfinite(range.low) && std::isfinite(range.high)) return;
    const auto& description = network.description();
    throw core::Error(
        core::Fault::input,
        fmt::format("{}: on the calibration images, what {} makes of {} reaches from {} to {}; "
                    "clipping needs a finite range: is the network sound, and are images prepared "
                    "as it wants them?",
                    description.path, network.program().steps[place(point.step)].operation,
                    description.layers[place(point.layer)].name, range.low, range.high));
}

}  // namespace

std::vector<ActivationRange> measure_activation_ranges(const Network& network,
                                                       std::span<const ClipPoint> points,
                                                       const ImageSet& set) {
    std::map<int, std::size_t> by_step;
    for (std::size_t i = 0; i < points.size(); ++i) by_step[points[i].step] = i;
    std::vector<ActivationRange> ranges(points.size());
    for_each_batch(set, network.device(), [&](const at::Tensor& images, auto) {
        observe(network, evaluation::padded(images, set.batch),
                [&](int step, const network::State& state) {
                    const auto found = by_step.find(step);
                    if (found == by_step.end()) return;
                    const auto value = network.program().steps[place(step)].outputs.at(0);
                    const auto seen = range_of(state[place(value)].toTensor());
                    require_finite(network, points[found->second], seen);
                    auto& range = ranges[found->second];
                    range = {std::min(range.low, seen.low), std::max(range.high, seen.high)};
                });
    });
    return ranges;
}

ActivationRange widened(const ActivationRange& range, double slack) {
    static constexpr double largest = std::numeric_limits<float>::max();
    const auto end = [slack](float value) {
        return static_cast<float>(std::clamp(value * slack, -largest, largest));
    };
    return {end(range.low), end(range.high)};
}

}  // namespace faultline::quantization
