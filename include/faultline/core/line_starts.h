#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace faultline::core {

/// Where the lines of a text begin, and its end (after a last line that ends).
std::vector<std::size_t> line_starts(std::string_view text);

}  // namespace faultline::core
