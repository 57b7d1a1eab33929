#include "interpreter.h"

#include <torch/csrc/jit/runtime/interpreter.h>

namespace faultline::network {

struct Interpreter::Compiled {
    torch::jit::Code code;
};

Interpreter::Interpreter(std::shared_ptr<torch::jit::Graph> graph)
    : compiled_(std::make_shared<const Compiled>(
          Compiled{torch::jit::Code(std::move(graph), "faultline")})) {}

std::vector<c10::IValue> Interpreter::run(std::vector<c10::IValue> inputs) const {
    torch::jit::InterpreterState(compiled_->code).run(inputs);
    return inputs;
}

}  // namespace faultline::network
