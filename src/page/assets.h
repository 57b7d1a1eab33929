#pragma once

#include <string_view>

namespace faultline::page {

/// page.css and page.js, as they lie beside this file (CMake writes them into the program).
extern const std::string_view style_sheet;
extern const std::string_view script;

}  // namespace faultline::page
