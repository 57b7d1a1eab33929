#pragma once

#include "drawing.h"

namespace faultline::page {

/// All runs of a point beside each other: equal shares are one dot, the larger the more there are.
/// `across` is where they go, `along` where a share is; horizontal strips have their shares in x.
struct Strip {
    const Point& point;
    Axis along;
    double across = 0;
    bool horizontal = false;
    std::string classes;
};
Markup strip(const Strip& strip);

}  // namespace faultline::page
