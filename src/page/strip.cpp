#include "strip.h"

#include <fmt/format.h>

#include <cmath>
#include <map>

namespace faultline::page {

Markup strip(const Strip& strip) {
    std::map<double, std::size_t> counts;
    for (const auto value : strip.point.run_shares) ++counts[value];
    Markup dots;
    for (const auto& [value, count] : counts) {
        const auto along = strip.along.place(value);
        const auto part =
            static_cast<double>(count) / static_cast<double>(strip.point.run_shares.size());
        const auto spot = strip.horizontal ? Spot{along, strip.across} : Spot{strip.across, along};
        dots += circle(spot, 1.4 + 4.6 * std::sqrt(part), {{"class", "runs " + strip.classes}});
    }
    return dots;
}

}  // namespace faultline::page
