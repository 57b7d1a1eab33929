#include <fmt/format.h>

#include <algorithm>

#include "figures.h"
#include "map.h"
#include "scale.h"
#include "tables.h"

namespace faultline::page {
namespace {

constexpr std::size_t most_letters = 30;
constexpr double letter_width = 6.9, box_height = 34, small_height = 22, margin = 8;

std::string shown_label(const MapNode& node) { return shortened(node.label, most_letters); }

Size box_size(const MapNode& node) {
    const auto letters = std::max<std::size_t>(node.layer ? 9 : 1, shown_label(node).size());
    return {16 + letter_width * static_cast<double>(letters),
            node.layer ? box_height : small_height};
}

Spot moved(const Spot& spot) { return {spot.x + margin, spot.y + margin}; }

Markup curve(const Map& map, const std::vector<Spot>& spots) {
    if (spots.empty()) return {};
    std::string path;
    for (std::size_t i = 0; i < spots.size(); ++i) {
        const auto spot = moved(spots[i]);
        path += (i == 0 ? "M" : i == 1 ? " C" : " ") + pixels(spot.x) + "," + pixels(spot.y);
    }
    return element(
        "path",
        {{"class", "link"}, {"d", path}, {"marker-end", fmt::format("url(#{}-arrow)", map.id)}});
}

/// The end of the map's lines.
Markup arrow(const Map& map) {
    return element("defs", {},
                   element("marker",
                           {{"id", map.id + "-arrow"},
                            {"viewBox", "0 0 8 8"},
                            {"refX", "7"},
                            {"refY", "4"},
                            {"markerWidth", "7"},
                            {"markerHeight", "7"},
                            {"orient", "auto"}},
                           element("path", {{"class", "head"}, {"d", "M0,0 L8,4 L0,8 z"}})));
}

std::string tip(const MapNode& node) {
    const auto name = shortened(node.label, 200);
    if (node.resilience) return name + ": " + node.resilience->told;
    return node.layer ? name + ": no data" : name;
}

Attributes box_attributes(const Map& map, const MapNode& node) {
    if (!node.resilience)
        return {{"class", node.layer ? "box none" : "box plain"}, {"data-tip", tip(node)}};
    auto attributes = node.resilience->number.attributes();
    attributes.push_back({"class", fmt::format("box v{}", scale_step(map.harm(*node.resilience)))});
    attributes.push_back({"data-tip", tip(node)});
    return attributes;
}

Markup box(const Map& map, const MapNode& node, const Spot& centre, bool standalone) {
    const auto size = box_size(node);
    auto attributes = box_attributes(map, node);
    attributes.push_back({"rx", "4"});
    auto drawn = rectangle({centre.x - size.width / 2, centre.y - size.height / 2}, size,
                           attributes, standalone ? element("title", {}, tip(node)) : Markup());
    if (!node.layer) return drawn + caption({centre.x, centre.y + 4}, "middle", shown_label(node));
    const auto ink = node.resilience ? fmt::format("ink{}", scale_step(map.harm(*node.resilience)))
                                     : std::string();
    drawn += caption({centre.x, centre.y - 2}, "middle", shown_label(node), ink);
    const auto second =
        node.resilience ? fmt::format("{:.3f}", node.resilience->share) : std::string("no data");
    return drawn + caption({centre.x, centre.y + 12}, "middle", second, "small " + ink);
}

/// A layer's box leads to its row in the table of layers.
Markup linked(const Map& map, const MapNode& node, const Markup& drawn) {
    if (!node.layer) return drawn;
    return element("a",
                   {{"href", "#" + layer_id(map.network, *node.layer)},
                    {"aria-label", shortened(node.label, 200)}},
                   drawn);
}

/// A file has no page around it that would colour it.
Markup own_style() {
    return element("style", {},
                   Markup::verbatim("text{font:12px sans-serif;fill:#111}.small{font-size:10px}"
                                    ".box{stroke:#444;fill:#fff}.box.none{fill:#ccc;"
                                    "stroke-dasharray:4 3}.link{fill:none;stroke:#555}"
                                    ".head{fill:#555}\n" +
                                    scale_style()));
}

}  // namespace

Markup draw_map(const Map& map, const std::vector<Result>& results, bool standalone) {
    std::vector<Size> boxes;
    for (const auto& node : map.nodes) boxes.push_back(box_size(node));
    const auto layout = lay_out(boxes, map.links);
    Markup content = standalone ? own_style() + arrow(map) : arrow(map);
    for (const auto& spots : layout.curves) content += curve(map, spots);
    for (std::size_t i = 0; i < map.nodes.size(); ++i) {
        const auto drawn = box(map, map.nodes[i], moved(layout.centres[i]), standalone);
        content += standalone ? drawn : linked(map, map.nodes[i], drawn);
    }
    return drawing(
        {layout.size.width + 2 * margin, layout.size.height + 2 * margin}, map.heading,
        fmt::format("The graph of {}: {} boxes. {}", shortened(results[map.result].file, 100),
                    map.nodes.size(), map.basis),
        content, standalone ? "img" : "group");
}

Markup maps(const std::vector<Result>& results) {
    Markup drawn;
    for (const auto& map : make_maps(results)) {
        if (map.nodes.empty()) continue;
        drawn +=
            figure({map.id, map.heading, draw_map(map, results, false),
                    scale_legend("unharmed (1)", map.deadliest == 1
                                                     ? std::string("nothing left (0)")
                                                     : fmt::format("{:.3g}", 1 - map.deadliest)) +
                        text(map.basis + " A box leads to the layer's row in the table.")});
    }
    return drawn;
}

}  // namespace faultline::page
