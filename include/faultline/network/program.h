#pragma once

#include <ATen/core/ivalue.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// A network's forward pass as a flat list of steps with numbered values, which can start anywhere.
namespace faultline::network {

using ValueId = std::int32_t;

/// Activations times a layer's weights: what a convolution or linear layer is in a graph.
struct Product {
    int layer = -1;
    ValueId data = 0;  ///< the activations
};

struct Step {
    std::string operation;  ///< "aten::relu"
    std::vector<ValueId> inputs;
    std::vector<ValueId> outputs;
    int layer = -1;      ///< whose tensors it reads (the first such layer), or -1
    bool whole = false;  ///< holds control flow, or is the whole network: run in one piece by the
                         ///< interpreter
    std::function<std::vector<c10::IValue>(std::vector<c10::IValue>)> run;
    std::optional<Product> product = {};
    int node = -1;  ///< place among the nodes of the graph that was cut, or -1
};

/// Reads nothing of a tensor but its shape.
bool reads_shape_only(const Step& step);

/// Values by id; those not computed yet are None.
using State = std::vector<c10::IValue>;

struct Program {
    std::vector<Step> steps;  ///< in an order in which each step's inputs come from earlier ones
    State constants;     ///< weights (sharing the network's memory) and constants; None elsewhere
    ValueId input = 0;   ///< the batch of images
    ValueId output = 0;  ///< the logits
    std::vector<ValueId> weights;  ///< for each weight tensor of the description

    /// The steps that read weight tensor `tensor`, in order; several where modules share it.
    std::vector<int> readers(int tensor) const;
};

/// All values of a pass over `images` ([image][channel][row][column], float32).
State run(const Program& program, const at::Tensor& images);

/// The logits of a finished pass.
at::Tensor logits(const Program& program, const State& state);

/// `firsts` and every step that depends on one of them, through any number of steps, in order.
std::vector<int> descendants(const Program& program, std::span<const int> firsts);

/// Runs one step on a state that holds what it reads.
void run_step(const Program& program, int step, State& state);

/// Runs `steps` (indices, rising) on a state that holds what they read.
void run_steps(const Program& program, std::span<const int> steps, State& state);

/// The first tensor of an output: the tensor itself, or a tuple's or list's first.
/// Throws Error(input) when there is none.
at::Tensor first_tensor(const c10::IValue& output);

}  // namespace faultline::network
