#pragma once

#include <torch/script.h>

#include <faultline/network/description.h>
#include <string>
#include <vector>

/// Layers, groups and weight tensors, read off the module tree.
namespace faultline::network {

struct ModuleTree {
    std::vector<Layer> layers;
    std::vector<WeightTensor> tensors;
    std::vector<at::Tensor> memory;  ///< of `tensors`, the module's own
};

/// Parameters in definition order; a tied one appears once, in the first layer that owns it. With
/// `buffers`, floating point buffers of layers follow their parameters.
ModuleTree read_modules(const torch::jit::Module& module, bool buffers);

/// Gives each layer that matches a pattern of `groups_file` ({"pattern": "group"}) that group.
/// Throws Error(usage) for a malformed file or a pattern that matches no layer.
void regroup(std::vector<Layer>& layers, const std::string& groups_file);

}  // namespace faultline::network
