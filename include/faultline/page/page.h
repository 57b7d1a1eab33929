#pragma once

#include <faultline/core/json.h>

#include <optional>
#include <string>
#include <vector>

/// Results as pages: one HTML file with the figures, the network's map, tables and advice. It needs
/// no network and no file beside it. Every number in it stands in a result, unchanged.
namespace faultline::page {

/// A result.json, already parsed.
struct Source {
    std::string file;                        ///< as the user named it
    core::Json result;                       ///< configs/schema/result.schema.json
    std::optional<std::string> faults = {};  ///< the fault list beside it, if it is there
};

/// Throws core::Error(input) for what is no campaign's result, or one of a schema that this program
/// doesn't read.
void require_readable(const Source& source);

/// The page of one or several results. Throws core::Error(input) naming file and key for what no
/// result of this or the previous schema has.
std::string html(const std::vector<Source>& sources);

/// The network of the first result that has one measured layer by layer, filled by resilience:
/// as an SVG file, and as a graph in Graphviz's language with the layout left to its reader.
std::string map_svg(const std::vector<Source>& sources);
std::string map_dot(const std::vector<Source>& sources);

/// One line a layer of each result and format: its size, errors and accuracy in the layer-wise
/// test, and what one error does there (sample test). Empty fields where nothing was measured.
std::string layers_csv(const std::vector<Source>& sources);

}  // namespace faultline::page
