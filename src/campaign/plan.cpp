#include <fmt/format.h>

#include <faultline/campaign/plan.h>
#include <faultline/core/error.h>
#include <faultline/number/format.h>

#include <variant>

#include "selection.h"
#include "test_type.h"

namespace faultline::campaign {

namespace {

void require_measurable_format(const Settings& settings) {
    const auto format = number::parse(settings.format);
    if (std::holds_alternative<number::Float32>(format)) return;
    throw core::Error(core::Fault::usage,
                      fmt::format("format: campaigns can't measure {} yet; there is float32",
                                  number::name(format)));
}

void require_error_width(const Settings& settings) {
    const auto bit_count = number::bit_count(number::parse(settings.format));
    if (settings.bits_per_error >= 1 && settings.bits_per_error <= bit_count) return;
    throw core::Error(
        core::Fault::usage,
        fmt::format("bits_per_error: {}, but a word of {} has {} bits; choose 1 to {}",
                    settings.bits_per_error, settings.format, bit_count, bit_count));
}

/// A pattern that the test doesn't read would promise a restriction that isn't there.
void require_no_layers(const Settings& settings) {
    if (settings.test == Test::layer || settings.layers == "*") return;
    throw core::Error(core::Fault::usage,
                      fmt::format("layers: '{}' is set, but the {} test hits the whole network; "
                                  "restrict it with tensors (such as '{}.*')",
                                  settings.layers, name(settings.test), settings.layers));
}

}  // namespace

fault::Space space(const Settings& settings, const network::Description& network,
                   std::optional<int> layer) {
    const auto bit_count = number::bit_count(number::parse(settings.format));
    std::vector<fault::Extent> extents;
    for (std::int32_t place = 0; place < std::ssize(network.tensors); ++place) {
        const auto& tensor = network.tensors[static_cast<std::size_t>(place)];
        if (layer && tensor.layer != *layer) continue;
        if (!chosen(settings, tensor) || tensor.element_count() == 0) continue;
        extents.push_back({place, tensor.element_count(), bit_count});
    }
    return fault::Space(std::move(extents));
}

Plan plan(const Settings& settings, const network::Description& network) {
    require_measurable_format(settings);
    require_error_width(settings);
    require_selection(settings, network);
    require_no_layers(settings);
    Plan plan;
    plan.settings = settings;
    plan.points = test_type(settings.test).points(settings, network);
    plan.exposed_bits = space(settings, network).site_count();
    for (const auto& tensor : network.tensors) plan.in_space.push_back(chosen(settings, tensor));
    return plan;
}

std::vector<evaluation::Trial> trials(const Plan& plan, const network::Description& network,
                                      int run) {
    return test_type(plan.settings.test).trials(plan, network, static_cast<std::uint32_t>(run));
}

}  // namespace faultline::campaign
