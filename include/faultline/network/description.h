#pragma once

#include <faultline/network/hardening.h>
#include <faultline/number/format.h>

#include <cstdint>
#include <functional>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

/// A network as plain data: what tests, reports and plans need to know, without LibTorch.
namespace faultline::network {

enum class Role {
    weight,  ///< convolution, linear
    bias,
    scale,  ///< batch-norm
    shift,
    buffer,  ///< running mean and variance; on request only
};

inline std::string name(Role role) {
    switch (role) {
        case Role::weight:
            return "weight";
        case Role::bias:
            return "bias";
        case Role::scale:
            return "scale";
        case Role::shift:
            return "shift";
        case Role::buffer:
            return "buffer";
    }
    return {};
}

/// One stored tensor of a layer. Its place in Description::tensors is the `tensor` of a
/// fault::WeightWord.
struct WeightTensor {
    std::string name;  ///< "features.3.squeeze.weight"
    int layer = 0;     ///< place in Description::layers
    Role role = Role::weight;
    std::vector<std::int64_t> shape;
    number::Format format = {};  ///< how its numbers are stored; each is one of the format's

    /// 1 for a scalar, whose shape is empty.
    std::int64_t element_count() const {
        return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
    }
    bool operator==(const WeightTensor&) const = default;
};

/// A module that owns parameters.
struct Layer {
    std::string name;   ///< its path, "features.3.squeeze"
    std::string group;  ///< nearest ancestor that is neither root nor Sequential and holds two or
                        ///< more layers; or empty
    std::string kind;   ///< "convolution", "linear", "batch-norm", else the module's type
    std::int64_t macs = 0;  ///< multiply-accumulates for one image
    std::vector<int> tensors;
    std::optional<number::FixedPoint> inputs = {};   ///< what its input is rounded to, if it is
    std::optional<number::FixedPoint> outputs = {};  ///< what its output is rounded to, if it is

    bool operator==(const Layer&) const = default;
};

/// One step of the program as a node of the network's graph.
struct GraphNode {
    int id = 0;
    std::string operation;  ///< "aten::_convolution"; "input" for node 0
    int layer = -1;         ///< whose tensors it reads, or -1
    std::vector<std::int64_t>
        shape;              ///< of its first output for one image; empty when it is no tensor
    bool whole = false;     ///< run in one piece by the interpreter: can't be cut
    std::int64_t macs = 0;  ///< multiply-accumulates for one image
};

struct GraphEdge {
    int from = 0;
    int to = 0;
};

/// What a traced convolution asked cuDNN for, before it was overridden.
struct FileSwitches {
    int node_count = 0;       ///< convolutions that carry switches of their own
    int benchmark_count = 0;  ///< ... that ask for what would change results
    int nondeterministic_count = 0;
    int tf32_count = 0;

    bool operator==(const FileSwitches&) const = default;
};

struct Description {
    std::string path;
    std::string model_sha256;  ///< of the file
    int classes = 0;
    std::vector<std::int64_t> input_shape;  ///< of one image, [channel, row, column]
    std::vector<Layer> layers;
    std::vector<WeightTensor> tensors;
    std::vector<GraphNode> nodes;
    std::vector<GraphEdge> edges;
    FileSwitches switches;
    std::optional<Hardening> hardening = {};  ///< how it was hardened, if it was

    std::int64_t macs() const;             ///< of one image, all layers
    std::int64_t parameter_count() const;  ///< without buffers

    /// How the parameters are stored: "float32"; "fixed8" when every fraction is its tensor's own
    /// (also when they happen to agree); of several kinds, all of them: "fixed4+fixed8".
    std::string format() const;
};

inline std::int64_t Description::macs() const {
    std::int64_t sum = 0;
    for (const auto& layer : layers) sum += layer.macs;
    return sum;
}

inline std::int64_t Description::parameter_count() const {
    std::int64_t sum = 0;
    for (const auto& tensor : tensors)
        if (tensor.role != Role::buffer) sum += tensor.element_count();
    return sum;
}

inline std::string Description::format() const {
    std::set<std::string> names;
    for (const auto& tensor : tensors) {
        if (tensor.role == Role::buffer) continue;
        const auto* fixed = std::get_if<number::FixedPoint>(&tensor.format);
        names.insert(fixed == nullptr
                         ? number::name(tensor.format)
                         : number::name(number::FormatRequest(
                               number::DynamicFixedPoint{fixed->bit_count(), fixed->encoding()})));
    }
    std::string joined;
    for (const auto& name : names) joined += (joined.empty() ? "" : "+") + name;
    return joined;
}

}  // namespace faultline::network
