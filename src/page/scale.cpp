#include "scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace faultline::page {
namespace {

/// cividis at equal distances, light end first.
constexpr std::array<const char*, scale_steps> colours = {
    "#fee838", "#e8d24e", "#d2be5b", "#bcab67", "#a69a70", "#918a76",
    "#7d7a77", "#6a6b72", "#575d6d", "#3b496c", "#00224e"};

constexpr int first_dark = 6;  // from here on white is the more readable

}  // namespace

int scale_step(double deadly) {
    const auto step = std::lround(std::clamp(deadly, 0.0, 1.0) * (scale_steps - 1));
    return static_cast<int>(step);
}

std::string scale_colour(int step) { return colours.at(static_cast<std::size_t>(step)); }

std::string ink_on(int step) { return step < first_dark ? "#000000" : "#ffffff"; }

std::string scale_style() {
    std::string style;
    for (int step = 0; step < scale_steps; ++step)
        style += fmt::format(
            ".v{0}{{background:{1};color:{2}}}rect.v{0}{{fill:{1}}}\n"
            "text.ink{0}{{fill:{2}}}\n",
            step, scale_colour(step), ink_on(step));
    return style;
}

Markup scale_legend(const std::string& light_end, const std::string& dark_end) {
    auto legend = text(light_end + " ");
    for (int step = 0; step < scale_steps; ++step)
        legend += element("span", {{"class", fmt::format("swatch v{}", step)}});
    legend += text(" " + dark_end + "   ") + element("span", {{"class", "swatch none"}}) +
              text(" no data");
    return element("p", {{"class", "legend"}}, legend);
}

}  // namespace faultline::page
