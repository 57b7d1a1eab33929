// From top to bottom as the page reads: verdicts, figures, map, tables, advice, provenance.

#include <faultline/page/page.h>

#include <faultline/core/hash.h>
#include <fmt/format.h>

#include "assets.h"
#include "drawing.h"
#include "figures.h"
#include "map.h"
#include "scale.h"
#include "sections.h"
#include "stored.h"
#include "tables.h"

namespace faultline::page {
namespace {

struct Section {
    std::string id;
    std::string heading;
    Markup content;
};

std::vector<Section> sections(const std::vector<Result>& results) {
    std::vector<Section> found;
    const auto add = [&](const std::string& id, const std::string& heading, Markup content) {
        if (!content.empty()) found.push_back({id, heading, std::move(content)});
    };
    add("errors", "How many errors it survives", errors_figure(results));
    add("bits", "Which bits matter", bits_figures(results) + strata_figures(results));
    add("layers", "Which layers matter", layers_figures(results));
    add("map", "The network", maps(results));
    add("guideline", "What to protect", guideline(results));
    add("comparison", "Side by side", comparison(results));
    add("tables", "Tables",
        layers_tables(results) + points_tables(results) + strata_tables(results));
    add("worst", "The worst trials", worst_tables(results));
    add("provenance", "Where the numbers are from", provenance(results));
    return found;
}

std::string title(const std::vector<Result>& results) {
    std::string models;
    for (const auto& result : results)
        if (models.find(result.model) == std::string::npos)
            models += (models.empty() ? "" : ", ") + result.model;
    return "Flipped bits in " + shortened(models, 120);
}

/// Nothing is loaded from anywhere, and no script runs but ours: whatever the names in a result
/// hold, a browser keeps to this.
std::string policy(const std::string& style, const std::string& script) {
    return fmt::format(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; "
        "base-uri 'none'; form-action 'none'",
        core::sha256_base64(style), core::sha256_base64(script));
}

Markup head(const std::string& title, const std::string& style, const std::string& script) {
    return element("head", {},
                   element("meta", {{"charset", "utf-8"}}) +
                       element("meta", {{"http-equiv", "Content-Security-Policy"},
                                        {"content", policy(style, script)}}) +
                       element("meta", {{"name", "viewport"},
                                        {"content", "width=device-width, initial-scale=1"}}) +
                       element("title", {}, title) + element("style", {}, Markup::verbatim(style)));
}

Markup navigation(const std::vector<Section>& all) {
    Markup links;
    for (const auto& section : all)
        links += element("a", {{"href", "#" + section.id}}, section.heading);
    return element("nav", {{"aria-label", "Sections"}}, links);
}

}  // namespace

std::string html(const std::vector<Source>& sources) {
    const auto results = read(sources);
    const auto all = sections(results);
    const auto style = std::string(style_sheet) + scale_style();
    const std::string code(script);
    const auto heading = title(results);
    auto body = element("header", {},
                        element("button", {{"id", "theme"}, {"type", "button"}}, "Light or dark") +
                            element("h1", {}, heading) + verdicts(results) + navigation(all));
    Markup main;
    for (const auto& section : all)
        main += element("section", {{"id", section.id}},
                        element("h2", {}, section.heading) + section.content);
    body += element("main", {}, main);
    body += element("footer", {},
                    element("p", {},
                            "Made by faultline from " + std::to_string(results.size()) +
                                (results.size() == 1 ? " result." : " results.") +
                                " Every number is the result's own."));
    body += element("div", {{"id", "tip"}, {"role", "tooltip"}, {"hidden", ""}});
    body += element("script", {}, Markup::verbatim(code));
    return "<!DOCTYPE html>\n" +
           element("html", {{"lang", "en"}}, head(heading, style, code) + element("body", {}, body))
               .str() +
           "\n";
}

namespace {

/// Of the first map that says anything.
Map first_map(const std::vector<Result>& results) { return make_maps(results).front(); }

}  // namespace

std::string map_svg(const std::vector<Source>& sources) {
    const auto results = read(sources);
    return draw_map(first_map(results), results, true).str() + "\n";
}

std::string map_dot(const std::vector<Source>& sources) { return dot(first_map(read(sources))); }

}  // namespace faultline::page
