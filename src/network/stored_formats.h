#pragma once

#include <torch/script.h>

#include <faultline/core/json.h>
#include <string>

#include "module_tree.h"

/// The formats of a quantised network, as they lie in its file: a JSON text beside the code,
/// {"version": 1, "tensors": {"conv.weight": "fixed8:f7"},
///  "activations": {"conv": {"inputs": "fixed8:f0", "outputs": "fixed8:f-1"}}, "quantization": {}}.
/// Tensors and layers that aren't named are float32. "quantization" says how it was made.
namespace faultline::network {

/// The name of the extra file in the archive.
inline constexpr const char* formats_file = "faultline.json";

/// Sets the formats of `tree`'s tensors and layers; "quantization", or null. An empty text sets
/// nothing. Throws Error(input)
/// for a text of another version, a name that isn't in the tree, a format without a fraction, or a
/// number (NaN among them) that isn't one of its tensor's format.
core::Json apply_formats(const std::string& text, ModuleTree& tree);

/// The inverse, with `quantization` as it is.
std::string formats_text(const Description& description, const core::Json& quantization);

}  // namespace faultline::network
