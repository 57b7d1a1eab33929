#pragma once

#include <torch/script.h>

#include <faultline/network/description.h>
#include <memory>
#include <string>
#include <vector>

/// Surgery on TorchScript graphs.
namespace faultline::network {

/// A copy of forward's graph with every call inlined and no warnings: inputs are the module and the
/// images. What convolutions ask cuDNN for (a traced file carries its tracer's switches, which the
/// global ones don't reach) is replaced by: benchmark off, deterministic on, cuDNN on, TF32 off.
struct Forward {
    std::shared_ptr<torch::jit::Graph> graph;
    FileSwitches switches;  ///< what the file had asked for
};

/// Throws std::exception when forward takes more than one input.
Forward forward_of(const torch::jit::Module& module);

/// A graph without a module: tensors of the module have become inputs.
struct Functional {
    std::shared_ptr<torch::jit::Graph> graph;  ///< inputs: images, then one for each of `tensors`
    std::vector<at::Tensor> tensors;           ///< the module's own memory; one tensor, one input
};

/// Turns forward_of's graph into one without module, mutation and dead code. Equal tensors
/// stay two places. Throws std::exception when the graph can't be had that way (mutation that can't
/// be removed, calls through interfaces): then the network can only be run whole.
Functional functionalise(const torch::jit::Module& module);

}  // namespace faultline::network
