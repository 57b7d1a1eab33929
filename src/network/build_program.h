#pragma once

#include <faultline/network/program.h>
#include <functional>
#include <vector>

#include "graph.h"
#include "module_tree.h"

namespace faultline::network {

/// One step for each node of the graph. `tree` gives the weight tensors and their layers.
Program build_program(const Functional& functional, const ModuleTree& tree);

/// For a graph that can't be cut: one step, which is the reference.
Program build_whole_program(std::function<at::Tensor(const at::Tensor&)> forward,
                            const ModuleTree& tree);

}  // namespace faultline::network
