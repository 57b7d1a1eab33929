#pragma once

#include <optional>
#include <string>
#include <vector>

#include "layout.h"
#include "stored.h"

namespace faultline::page {

/// What a layer's colour tells, and where it is from.
struct Resilience {
    Number number;  ///< mean top-1 (layer-wise test) or critical share (sample test)
    double share = 0;
    std::string told;  ///< for a tip
};

/// A box of the map.
struct MapNode {
    std::string label;
    std::optional<std::size_t> layer = {};  ///< place in the result's layers
    std::optional<Resilience> resilience = {};
};

/// A network's graph as the map shows it: layers, pools and joins; what has one input and no
/// weights (activations, reshapes) is part of the line through it.
struct Map {
    std::size_t result = 0;
    std::size_t network = 0;  ///< the result's
    double deadliest = 1;     ///< what is lost (1 - share) at the dark end of the scale
    std::string id = {};      ///< its own among the page's
    std::string heading = {};
    std::string basis = {};  ///< what the colours are
    std::vector<MapNode> nodes = {};
    std::vector<Link> links = {};

    /// In [0, 1], for the scale.
    double harm(const Resilience& resilience) const {
        return deadliest > 0 ? (1 - resilience.share) / deadliest : 0;
    }
};

/// A map for each series with numbers by layer: of the layer-wise test, or of the sample test.
/// Results without such numbers have a map all of whose layers are "no data", once for the page.
std::vector<Map> make_maps(const std::vector<Result>& results);

/// `standalone`: with its own colours and without links.
Markup draw_map(const Map& map, const std::vector<Result>& results, bool standalone);

std::string dot(const Map& map);

}  // namespace faultline::page
