#pragma once

#include <torch/script.h>

#include <faultline/network/network.h>
#include <vector>

#include "interpreter.h"
#include "module_tree.h"

namespace faultline::network {

/// What a Network is made of.
struct Network::Parts {
    at::Device device = at::kCPU;
    torch::jit::Module module;
    Description description;
    std::vector<at::Tensor> weights;  ///< for each of description.tensors: the module's own memory
    std::shared_ptr<const Interpreter> reference;
    Program program;
    bool copy_images = false;  ///< forward may overwrite its input
    core::Json quantization;   ///< how its formats were chosen; null when it has none
};

/// A network of this module. `tree` is the module's; errors name `path`.
std::unique_ptr<Network::Parts> make_parts(const std::string& path, torch::jit::Module module,
                                           at::Device device, ModuleTree tree);

/// The module tree as it was read.
ModuleTree tree_of(const Network& network);

/// Reference logits of the module.
at::Tensor run_reference(const Interpreter& reference, const torch::jit::Module& module,
                         const at::Tensor& images);

/// Nodes and edges of the program, without shapes.
void describe_graph(const Program& program, Description& description);

}  // namespace faultline::network
