#pragma once

#include <cstddef>
#include <vector>

#include "drawing.h"

namespace faultline::page {

struct Link {
    std::size_t from = 0;
    std::size_t to = 0;

    bool operator==(const Link&) const = default;
};

/// Where boxes and the links between them go; pixels, y downwards.
struct Layout {
    Size size;
    std::vector<Spot> centres;              ///< of the boxes
    std::vector<std::vector<Spot>> curves;  ///< of the links: 3 n + 1 points of Bézier curves
};

/// Graphviz's `dot`, from top to bottom. It gets sizes alone: no name ever reaches it. Throws
/// core::Error(integrity) when Graphviz fails, as without its plugins.
Layout lay_out(const std::vector<Size>& boxes, const std::vector<Link>& links);

}  // namespace faultline::page
