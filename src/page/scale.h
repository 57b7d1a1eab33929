#pragma once

#include <string>

#include "markup.h"

/// The one scale from harmless to deadly: cividis (Nunez, Anderton, Renslow, PLoS ONE 13(7), 2018),
/// which looks the same with the common kinds of colour blindness and in grey, from light
/// (harmless) to dark.
namespace faultline::page {

inline constexpr int scale_steps = 11;

/// The step of a share of the way to deadly: 0 to scale_steps - 1.
int scale_step(double deadly);

/// "#fee838"
std::string scale_colour(int step);
/// Of words on it: black or white, whichever is readable.
std::string ink_on(int step);

/// The classes v0, v1, ... of the scale, for a style sheet.
std::string scale_style();

/// All steps side by side, with what the ends are, and "no data".
Markup scale_legend(const std::string& light_end, const std::string& dark_end);

}  // namespace faultline::page
