#pragma once

#include <torch/script.h>

#include <memory>
#include <string>
#include <vector>

namespace faultline::network {

/// A graph run by the TorchScript interpreter alone: no profiling, no fusion, the same operations
/// each time.
class Interpreter {
 public:
    explicit Interpreter(std::shared_ptr<torch::jit::Graph> graph);

    std::vector<c10::IValue> run(std::vector<c10::IValue> inputs) const;

 private:
    struct Compiled;
    std::shared_ptr<const Compiled> compiled_;
};

}  // namespace faultline::network
