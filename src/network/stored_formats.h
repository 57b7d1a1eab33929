#pragma once

#include <torch/script.h>

#include <faultline/core/json.h>
#include <optional>
#include <string>

#include "module_tree.h"

/// The formats of a quantised network, as they lie in its file: a JSON text beside the code,
/// {"version": 1, "tensors": {"conv.weight": "fixed8:f7"},
///  "activations": {"conv": {"inputs": "fixed8:f0", "outputs": "fixed8:f-1"}}, "quantization": {},
///  "hardening": {}}.
/// Tensors and layers that aren't named are float32. "quantization" and "hardening" say how it was
/// made; there is no "hardening" in a network that wasn't hardened.
namespace faultline::network {

/// The name of the extra file in the archive.
inline constexpr const char* formats_file = "faultline.json";

/// How a network was made of another one.
struct Provenance {
    core::Json quantization;  ///< null in a float network
    std::optional<Hardening> hardening;
};

/// Sets the formats of `tree`'s tensors and layers, and gives the rest. An empty text sets nothing.
/// Throws Error(input) for a text of another version, a name that isn't in the tree, a format
/// without a fraction, a number (NaN among them) that isn't one of its tensor's format, or a
/// hardening that this tool doesn't know.
Provenance apply_formats(const std::string& text, ModuleTree& tree);

/// The inverse, with `quantization` as it is.
std::string formats_text(const Description& description, const core::Json& quantization);

}  // namespace faultline::network
