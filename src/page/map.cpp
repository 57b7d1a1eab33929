#include "map.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "scale.h"

namespace faultline::page {
namespace {

/// A node of the result's graph.
struct GraphNode {
    std::uint64_t id = 0;
    std::string operation;
    std::optional<std::string> layer;
    bool whole = false;
    bool is_tensor = false;                  ///< else it only tells shapes, as sizes for a view do
    std::vector<std::uint64_t> inputs = {};  ///< ids, of tensors
};

std::vector<GraphNode> read_graph(const StoredValue& graph) {
    std::vector<GraphNode> nodes;
    std::map<std::uint64_t, std::size_t> places;
    for (const auto& node : graph["nodes"].list()) {
        GraphNode read{node["id"].count(), node["operation"].text(), {}};
        if (const auto layer = node.find("layer")) read.layer = layer->text();
        if (const auto whole = node.find("whole")) read.whole = whole->json() == true;
        read.is_tensor = node.find("shape").has_value() || read.layer || read.whole;
        places[read.id] = nodes.size();
        nodes.push_back(std::move(read));
    }
    for (const auto& edge : graph["edges"].list()) {
        const auto to = places.find(edge["to"].count());
        const auto from = places.find(edge["from"].count());
        if (to != places.end() && from != places.end() && nodes[from->second].is_tensor)
            nodes[to->second].inputs.push_back(from->first);
    }
    for (auto& node : nodes) {
        std::sort(node.inputs.begin(), node.inputs.end());
        node.inputs.erase(std::unique(node.inputs.begin(), node.inputs.end()), node.inputs.end());
    }
    return nodes;
}

bool is_shown(const GraphNode& node) {
    return node.layer || node.whole || node.operation == "input" || node.inputs.size() > 1 ||
           node.operation.find("pool") != std::string::npos;
}

/// "aten::max_pool2d" is "max pool".
std::string label(const GraphNode& node) {
    const auto holds = [&](const char* part) {
        return node.operation.find(part) != std::string::npos;
    };
    if (holds("max_pool")) return "max pool";
    if (holds("avg_pool")) return "average pool";
    if (holds("::cat")) return "concatenate";
    if (holds("::add")) return "+";
    const auto colons = node.operation.rfind(':');
    return colons == std::string::npos ? node.operation : node.operation.substr(colons + 1);
}

/// By layer name.
using Resiliences = std::map<std::string, Resilience>;

/// Of the layer-wise test: what is left of golden accuracy.
Resiliences by_layer_test(const Series& series) {
    Resiliences found;
    for (const auto& point : series.points) {
        const auto mean = point.entry.number("statistics.top1.mean");
        if (!mean || series.golden <= 0) continue;
        const auto share = mean->value / series.golden;
        found[point.entry.text_at("layer")] = {
            *mean, share,
            fmt::format("mean top-1 {} with {} errors, {:.1f} % of golden",
                        told_with_interval(point.entry, "statistics.top1"), point.errors,
                        100 * share)};
    }
    return found;
}

/// Of the sample test: images that one error leaves right.
Resiliences by_sample(const Series& series) {
    Resiliences found;
    for (const auto& entry : series.strata) {
        const auto layer = entry.text_at("layer");
        const auto mean = entry.number("statistics.critical.mean");
        if (layer.empty() || entry.number("bit") || !mean) continue;
        found[layer] = {*mean, 1 - mean->value,
                        fmt::format("one error makes {} of the images critical",
                                    told_with_interval(entry, "statistics.critical", Shown::real))};
    }
    return found;
}

Map make_map(const Result& result, std::size_t place, const Resiliences& resiliences) {
    Map map{.result = place, .network = result.network};
    const auto graph = read_graph(result.value["network"]["graph"]);
    // Where what a node makes comes from: its own box, or that of its only input.
    std::map<std::uint64_t, std::optional<std::size_t>> source;
    for (const auto& node : graph) {
        if (!is_shown(node)) {
            source[node.id] = node.inputs.empty() ? std::nullopt : source[node.inputs.front()];
            continue;
        }
        const auto box = map.nodes.size();
        auto& shown = map.nodes.emplace_back(MapNode{label(node)});
        if (node.layer) {
            shown.label = *node.layer;
            const auto found =
                std::find_if(result.layers.begin(), result.layers.end(),
                             [&](const Layer& layer) { return layer.name == *node.layer; });
            if (found != result.layers.end())
                shown.layer = static_cast<std::size_t>(found - result.layers.begin());
            const auto resilience = resiliences.find(*node.layer);
            if (resilience != resiliences.end()) shown.resilience = resilience->second;
        }
        for (const auto input : node.inputs) {
            const auto from = source[input];
            const auto link = from ? Link{*from, box} : Link{};
            if (from && std::find(map.links.begin(), map.links.end(), link) == map.links.end())
                map.links.push_back(link);
        }
        source[node.id] = box;
    }
    return map;
}

void add_maps(std::vector<Map>& maps, const std::vector<Result>& results, const std::string& test,
              const std::string& basis, Resiliences (*resiliences)(const Series&)) {
    for (const auto* series : series_of(results, test)) {
        auto map = make_map(results[series->result], series->result, resiliences(*series));
        map.id = fmt::format("map-{}", maps.size());
        map.heading = "Network map: " + series->label;
        map.basis = basis;
        maps.push_back(std::move(map));
    }
}

}  // namespace

std::vector<Map> make_maps(const std::vector<Result>& results) {
    std::vector<Map> maps;
    add_maps(maps, results, "layer",
             "Colour: mean top-1 with errors in the layer alone, as a share of golden.",
             by_layer_test);
    const auto tested = maps.size();
    add_maps(maps, results, "sample",
             "Colour: share of images that one error in the layer leaves unharmed.", by_sample);
    // One error does little on average: the scale ends at the most that any layer loses.
    for (auto i = tested; i < maps.size(); ++i) {
        maps[i].deadliest = 0;
        for (const auto& node : maps[i].nodes)
            if (node.resilience)
                maps[i].deadliest = std::max(maps[i].deadliest, 1 - node.resilience->share);
    }
    if (!maps.empty() || results.empty()) return maps;
    maps.push_back(make_map(results.front(), 0, {}));
    maps.back().id = "map-0";
    maps.back().heading = "Network map";
    maps.back().basis = "No test of these results tells layers apart (layer and sample do).";
    return maps;
}

std::string dot(const Map& map) {
    const auto quoted = [](const std::string& words) {
        std::string result;
        for (const char letter : words) {
            if (letter == '"' || letter == '\\') result += '\\';
            result += static_cast<unsigned char>(letter) < 0x20 ? ' ' : letter;
        }
        return "\"" + result + "\"";
    };
    std::string text = "digraph network {\n  node [shape=box, style=filled, fillcolor=white];\n";
    for (std::size_t i = 0; i < map.nodes.size(); ++i) {
        const auto& node = map.nodes[i];
        text += fmt::format("  n{} [label={}", i, quoted(node.label));
        if (node.resilience) {
            const auto step = scale_step(map.harm(*node.resilience));
            text += fmt::format(", fillcolor=\"{}\", fontcolor=\"{}\", tooltip={}",
                                scale_colour(step), ink_on(step), quoted(node.resilience->told));
        } else if (node.layer) {
            text += ", style=\"filled,dashed\", fillcolor=\"#cccccc\", tooltip=\"no data\"";
        }
        text += "];\n";
    }
    for (const auto& link : map.links) text += fmt::format("  n{} -> n{};\n", link.from, link.to);
    return text + "}\n";
}

}  // namespace faultline::page
