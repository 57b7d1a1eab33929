#include "layout.h"

#include <faultline/core/error.h>
#include <fmt/format.h>
#include <graphviz/gvc.h>

#include <memory>
#include <string>

namespace faultline::page {
namespace {

constexpr double points_per_inch = 72;

// Graphviz takes char* for what it doesn't change.
char* plain(const char* text) { return const_cast<char*>(text); }  // NOLINT

struct CloseGraph {
    void operator()(Agraph_t* graph) const { agclose(graph); }
};
struct FreeContext {
    void operator()(GVC_t* context) const { gvFreeContext(context); }
};
struct FreeLayout {
    GVC_t* context;
    void operator()(Agraph_t* graph) const { gvFreeLayout(context, graph); }
};

void set(void* object, const char* name, const std::string& value) {
    agsafeset(object, plain(name), plain(value.c_str()), plain(""));
}

/// In inches, whatever the locale.
std::string inches(double value) { return fmt::format("{:.4f}", value / points_per_inch); }

std::vector<Agnode_t*> add_nodes(Agraph_t* graph, const std::vector<Size>& boxes) {
    std::vector<Agnode_t*> nodes;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        auto* node = agnode(graph, plain(fmt::format("n{}", i).c_str()), 1);
        set(node, "shape", "box");
        set(node, "fixedsize", "true");
        set(node, "label", "");
        set(node, "width", inches(boxes[i].width));
        set(node, "height", inches(boxes[i].height));
        nodes.push_back(node);
    }
    return nodes;
}

std::vector<Agedge_t*> add_edges(Agraph_t* graph, const std::vector<Agnode_t*>& nodes,
                                 const std::vector<Link>& links) {
    std::vector<Agedge_t*> edges;
    for (const auto& link : links) {
        auto* edge = agedge(graph, nodes[link.from], nodes[link.to], nullptr, 1);
        set(edge, "arrowhead", "none");
        edges.push_back(edge);
    }
    return edges;
}

std::vector<Spot> curve(Agedge_t* edge, double height) {
    std::vector<Spot> spots;
    const auto* splines = ED_spl(edge);
    if (splines == nullptr || splines->size == 0) return spots;
    const auto& bezier = splines->list[0];
    for (std::size_t i = 0; i < static_cast<std::size_t>(bezier.size); ++i)
        spots.push_back({bezier.list[i].x, height - bezier.list[i].y});
    return spots;
}

}  // namespace

Layout lay_out(const std::vector<Size>& boxes, const std::vector<Link>& links) {
    if (boxes.empty()) return {};
    agseterr(AGMAX);  // what it would print is no message of ours
    const std::unique_ptr<GVC_t, FreeContext> context(gvContext());
    const std::unique_ptr<Agraph_t, CloseGraph> graph(agopen(plain("map"), Agdirected, nullptr));
    set(graph.get(), "nodesep", "0.18");
    set(graph.get(), "ranksep", "0.28");
    const auto nodes = add_nodes(graph.get(), boxes);
    const auto edges = add_edges(graph.get(), nodes, links);
    if (gvLayout(context.get(), graph.get(), "dot") != 0)
        throw core::Error(core::Fault::integrity,
                          "Graphviz can't lay out the network's map; is its package libgvc6 "
                          "complete (dot -c)?");
    const std::unique_ptr<Agraph_t, FreeLayout> layout(graph.get(), FreeLayout{context.get()});
    const auto& bounds = GD_bb(graph.get());
    Layout found{{bounds.UR.x, bounds.UR.y}, {}, {}};
    for (auto* node : nodes)
        found.centres.push_back({ND_coord(node).x, bounds.UR.y - ND_coord(node).y});
    for (auto* edge : edges) found.curves.push_back(curve(edge, bounds.UR.y));
    return found;
}

}  // namespace faultline::page
