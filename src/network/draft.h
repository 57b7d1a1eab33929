#pragma once

#include <torch/script.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "module_tree.h"

/// A network taken apart, to be changed and put together again as another one.
namespace faultline::network {

/// A tensor of the module: one input of the draft's graph.
struct DraftTensor {
    std::string name;  ///< "features.0.weight"
    at::Tensor value;  ///< on the network's device; replaced, never written to
    torch::jit::Value* input = nullptr;
    bool parameter = true;  ///< else a buffer
};

struct Draft {
    std::shared_ptr<torch::jit::Graph> graph;    ///< inputs: images, then one for each of `tensors`
    std::vector<DraftTensor> tensors;            ///< in the order of the modules that will own them
    std::map<std::string, std::string> classes;  ///< of modules, by path: "...modules.conv.Conv2d"

    DraftTensor* find(const torch::jit::Value* input);

    /// Adds an input for `value` behind the tensor called `after`.
    torch::jit::Value* add_parameter(const std::string& after, const std::string& name,
                                     at::Tensor value);

    /// Drops tensors of these names, which nobody may read any more.
    void erase(const std::vector<std::string>& names);

    /// Such as batch-norms' counts of training batches.
    void erase_unread_buffers();
};

/// `tree` is the module's. Throws std::exception when the graph can't be had without a module.
Draft take_apart(const torch::jit::Module& module, const ModuleTree& tree);

/// A module with modules of the same paths and classes, and one method: forward, with everything
/// inlined. It shares the draft's tensors and takes its graph.
torch::jit::Module put_together(Draft draft);

}  // namespace faultline::network
