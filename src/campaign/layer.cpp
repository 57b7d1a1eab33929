// The layer-wise test: each layer alone, with as many errors as the policy gives it. A layer draws
// from a stream of its own, so that choosing other layers changes nothing in this one.

#include <fmt/format.h>

#include <faultline/campaign/protection.h>
#include <faultline/core/error.h>
#include <algorithm>
#include <cmath>

#include "selection.h"
#include "test_type.h"

namespace faultline::campaign {

namespace {

/// The size that the proportional policy compares. The original counts a layer's biases although it
/// never hits them.
std::int64_t size(const Settings& settings, const network::Description& network, int layer) {
    if (settings.compat == Compat::none) {
        return static_cast<std::int64_t>(space(settings, network, layer).element_count());
    }
    std::int64_t sum = 0;
    for (const int place : network.layers[static_cast<std::size_t>(layer)].tensors) {
        const auto& tensor = network.tensors[static_cast<std::size_t>(place)];
        const bool counted = tensor.role == network::Role::weight ||
                             tensor.role == network::Role::bias || chosen(settings, tensor);
        if (counted) sum += tensor.element_count();
    }
    return sum;
}

/// Of all layers in the space, also those that the pattern `layers` leaves out: a layer's errors
/// don't depend on which others are measured.
std::int64_t smallest_size(const Settings& settings, const network::Description& network) {
    std::int64_t smallest = 0;
    for (int layer = 0; layer < std::ssize(network.layers); ++layer) {
        if (space(settings, network, layer).empty()) continue;
        const auto here = size(settings, network, layer);
        smallest = smallest == 0 ? here : std::min(smallest, here);
    }
    return smallest;
}

std::int64_t error_count(const Settings& settings, const network::Description& network, int layer,
                         std::int64_t smallest) {
    switch (settings.policy) {
        case Policy::proportional:
            return std::max<std::int64_t>(1, size(settings, network, layer) / smallest);
        case Policy::equal:
            return settings.errors_per_layer;
        case Policy::rate: {
            const auto bits = space(settings, network, layer).site_count();
            return std::max(std::int64_t{1},
                            std::int64_t{std::llround(settings.rate * static_cast<double>(bits))});
        }
    }
    return 0;
}

[[noreturn]] void refuse_pattern(const Settings& settings, const network::Description& network) {
    std::vector<std::string> names;
    for (int layer = 0; layer < std::ssize(network.layers); ++layer) {
        if (space(settings, network, layer).empty()) continue;
        names.push_back(network.layers[static_cast<std::size_t>(layer)].name);
    }
    throw core::Error(core::Fault::usage, fmt::format("layers: no layer matches '{}'; there are {}",
                                                      settings.layers, first_names(names)));
}

}  // namespace

std::vector<Point> layer_points(const Settings& settings, const network::Description& network) {
    const auto smallest = smallest_size(settings, network);
    const auto format = network.format();
    std::vector<Point> points;
    for (int layer = 0; layer < std::ssize(network.layers); ++layer) {
        const auto& name = network.layers[static_cast<std::size_t>(layer)].name;
        const auto own = space(settings, network, layer);
        if (own.empty() || !matches(settings.layers, name)) continue;
        Point point;
        point.key = point_key(settings, format, name);
        point.errors = error_count(settings, network, layer, smallest);
        point.mean_errors = static_cast<double>(point.errors);
        point.layer = layer;
        point.exposed_bits = own.site_count();
        require_room(settings, own, point.errors, "layer " + name);
        points.push_back(std::move(point));
    }
    if (points.empty()) refuse_pattern(settings, network);
    return points;
}

std::vector<evaluation::Trial> layer_trials(const Plan& plan, const network::Description& network,
                                            std::uint32_t run) {
    const auto& settings = plan.settings;
    std::vector<evaluation::Trial> trials;
    for (const auto& point : plan.points) {
        const int layer = point.layer.value();
        const fault::Source source{settings.seed, run, static_cast<std::uint32_t>(layer) + 1};
        const auto errors = fault::draw(space(settings, network, layer), source, drawing(settings),
                                        static_cast<std::uint64_t>(point.errors));
        trials.push_back({evaluation::Trial::golden, effects(plan, network, errors)});
    }
    return trials;
}

}  // namespace faultline::campaign
