// The full-network test: one list of errors over the whole space, so a larger layer gets more of
// them; they strike one after another, and the network is measured at the settings' counts.

#include <fmt/format.h>

#include <faultline/core/error.h>
#include <algorithm>

#include "test_type.h"

namespace faultline::campaign {

namespace {

void require_rising(const std::vector<int>& errors) {
    if (errors.empty()) {
        throw core::Error(core::Fault::usage,
                          "errors: the list is empty, but the full test measures after error "
                          "counts; name some, such as 1-50");
    }
    const auto slip = std::adjacent_find(errors.begin(), errors.end(), std::greater_equal<>());
    if (slip == errors.end()) return;
    throw core::Error(core::Fault::usage,
                      fmt::format("errors: {} comes before {}, but errors pile up; write the "
                                  "counts in rising order, each once",
                                  *slip, *std::next(slip)));
}

}  // namespace

std::vector<Point> full_points(const Settings& settings, const network::Description& network) {
    require_rising(settings.errors);
    const auto whole = space(settings, network);
    require_room(settings, whole, settings.errors.back(), "errors");
    const auto format = network.format();
    std::vector<Point> points;
    for (const int errors : settings.errors) {
        Point point;
        point.key = point_key(settings, format, fmt::format("errors={}", errors));
        point.errors = errors;
        point.mean_errors = errors;
        point.exposed_bits = whole.site_count();
        points.push_back(std::move(point));
    }
    return points;
}

std::vector<evaluation::Trial> full_trials(const Plan& plan, const network::Description& network,
                                           std::uint32_t run) {
    const auto& settings = plan.settings;
    const auto most = static_cast<std::uint64_t>(plan.points.back().errors);
    const auto all = effects(
        fault::draw(space(settings, network), {settings.seed, run, 0}, drawing(settings), most));
    std::vector<evaluation::Trial> trials;
    auto next = all.begin();
    for (const auto& point : plan.points) {
        const auto end = all.begin() + point.errors;
        const auto parent = static_cast<std::int32_t>(trials.size()) - 1;  // -1 is golden
        trials.push_back({parent, {next, end}});
        next = end;
    }
    return trials;
}

}  // namespace faultline::campaign
