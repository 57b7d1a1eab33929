#include <fmt/format.h>
#include <fmt/ranges.h>

#include <faultline/campaign/plan.h>
#include <faultline/campaign/protection.h>
#include <faultline/core/error.h>
#include <faultline/number/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "selection.h"
#include "test_type.h"

namespace faultline::campaign {

namespace {

/// The words of the space differ in width where their formats do.
std::pair<int, int> widths(const fault::Space& space) {
    const auto by_width = [](const fault::Extent& left, const fault::Extent& right) {
        return left.bit_count < right.bit_count;
    };
    const auto [narrowest, widest] =
        std::minmax_element(space.extents().begin(), space.extents().end(), by_width);
    return {narrowest->bit_count, widest->bit_count};
}

void require_error_width(const Settings& settings, const std::string& format, int narrowest) {
    if (settings.bits_per_error >= 1 && settings.bits_per_error <= narrowest) return;
    throw core::Error(core::Fault::usage,
                      fmt::format("bits_per_error: {}, but the narrowest word of {} that may be "
                                  "hit has {} bits; choose 1 to {}",
                                  settings.bits_per_error, format, narrowest, narrowest));
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
    const auto protection = parse_protection(settings.protect);
    std::vector<fault::Extent> extents;
    for (std::int32_t place = 0; place < std::ssize(network.tensors); ++place) {
        const auto& tensor = network.tensors[static_cast<std::size_t>(place)];
        if (layer && tensor.layer != *layer) continue;
        if (!chosen(settings, tensor) || tensor.element_count() == 0) continue;
        const auto width = number::bit_count(tensor.format);
        const auto added = fault::added_bits(guard(protection, network, tensor), width);
        extents.push_back({place, tensor.element_count(), width + added});
    }
    return fault::Space(std::move(extents));
}

Plan plan(const Settings& settings, const network::Description& network) {
    require_selection(settings, network);
    require_no_layers(settings);
    require_protection(settings, network);
    const auto whole = space(settings, network);
    Plan plan;
    plan.settings = settings;
    plan.format = network.format();
    const auto [narrowest, widest] = widths(whole);
    require_error_width(settings, plan.format, narrowest);
    plan.points = test_type(settings.test).points(settings, network);
    plan.exposed_bits = whole.site_count();
    plan.mixed_widths = narrowest < widest;
    for (const auto& tensor : network.tensors) plan.in_space.push_back(chosen(settings, tensor));
    return plan;
}

std::string role(const Plan& plan, const network::Description& network, int bit) {
    const auto protection = parse_protection(plan.settings.protect);
    std::set<number::Role> roles;
    std::set<std::string> added;
    for (std::size_t place = 0; place < network.tensors.size(); ++place) {
        const auto& tensor = network.tensors[place];
        if (!plan.in_space[place]) continue;
        const auto width = number::bit_count(tensor.format);
        const auto scheme = guard(protection, network, tensor);
        if (bit < width)
            roles.insert(number::role(tensor.format, bit));
        else if (bit < width + fault::added_bits(scheme, width))
            added.insert(added_role(scheme));
    }
    std::vector<std::string> names;
    for (const auto role : roles) names.push_back(number::name(role));
    names.insert(names.end(), added.begin(), added.end());
    return fmt::format("{}", fmt::join(names, "/"));
}

std::vector<evaluation::Trial> trials(const Plan& plan, const network::Description& network,
                                      int run) {
    return test_type(plan.settings.test).trials(plan, network, static_cast<std::uint32_t>(run));
}

}  // namespace faultline::campaign
