#pragma once

#include <faultline/core/json.h>
#include <faultline/network/network.h>
#include <faultline/number/format.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

/// Networks made from networks. Each has memory of its own and a graph of its own, with everything
/// inlined and nothing overwritten; the one it was made from stays as it is.
namespace faultline::network {

struct Folded {
    Network network;
    std::vector<std::string> norms;  ///< the layers that were folded
    std::vector<std::string> left;  ///< batch-norms that don't directly follow a layer of their own
};

/// Folds batch-norms into the convolutions and linear layers before them (weights times scale over
/// sqrt(variance + epsilon); LibTorch's computation, in float32). A layer without bias gets one.
/// Throws Error(input) when the network can't be cut into steps.
Folded fold_batch_norms(const Network& network);

/// How a layer's numbers are to be stored, and what its activations are rounded to.
struct LayerFormats {
    number::Format weights;
    number::Format biases;
    std::optional<number::FixedPoint> inputs;
    std::optional<number::FixedPoint> outputs;

    /// Of the layer's tensors with that role; buffers stay in float32.
    number::Format of(Role role) const;

    bool operator==(const LayerFormats&) const = default;
};

/// F of activations: a graph multiplies by 2^F and 2^-F, which must both be floats.
inline constexpr int most_activation_fraction = 126;

/// The network with weights and biases rounded to their formats, and with rounding around layers as
/// operations of the graph: multiply by 2^F, round (half to even), clamp, multiply by 2^-F. These
/// keep NaN, and an infinity becomes an end of the range. What has the format already (behind relu,
/// max-pooling, reshaping) isn't rounded again. `formats`: one for each layer; only convolutions
/// and linear layers that are steps of their own (Step::product) are rounded at their ends. Throws
/// Error(input) naming the tensor for a NaN among the weights, Error(usage) for F beyond
/// +-most_activation_fraction.
Network with_formats(const Network& network, std::span<const LayerFormats> formats);

/// Writes the network as a TorchScript file which LibTorch alone can run, with its formats inside
/// (load finds them there), and what it was hardened by, and `quantization`, telling how it was
/// made; null when it was not quantized. A file of that name is replaced whole, or left alone when
/// writing fails. Throws Error(input) naming the file.
void save(const Network& network, const std::string& path, const core::Json& quantization);

/// What `save` was given when the network's file was written; null for a float network's.
const core::Json& quantization(const Network& network);

}  // namespace faultline::network
