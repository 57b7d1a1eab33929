#include <faultline/core/error.h>
#include <faultline/network/network.h>
#include <faultline/network/program.h>

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>

namespace faultline::network {

bool reads_shape_only(const Step& step) {
    static constexpr std::array<std::string_view, 8> operations = {
        "aten::size",  "aten::dim",    "aten::numel",  "aten::len",
        "prim::dtype", "prim::device", "prim::layout", "aten::is_floating_point"};
    return std::ranges::find(operations, step.operation) != operations.end();
}

std::vector<int> Program::readers(int tensor) const {
    const ValueId weight = weights.at(static_cast<std::size_t>(tensor));
    std::vector<int> found;
    for (std::size_t index = 0; index < steps.size(); ++index) {
        const auto& inputs = steps[index].inputs;
        if (std::find(inputs.begin(), inputs.end(), weight) != inputs.end())
            found.push_back(static_cast<int>(index));
    }
    return found;
}

std::vector<int> touched_steps(const Program& program, const fault::Location& location) {
    return std::visit([&](const fault::WeightWord& word) { return program.readers(word.tensor); },
                      location);
}

State run(const Program& program, const at::Tensor& images) {
    State state = program.constants;
    state.at(static_cast<std::size_t>(program.input)) = images;
    std::vector<int> all(program.steps.size());
    std::iota(all.begin(), all.end(), 0);
    run_steps(program, all, state);
    return state;
}

void run_step(const Program& program, int step, State& state) {
    const Step& found = program.steps[static_cast<std::size_t>(step)];
    std::vector<c10::IValue> inputs;
    inputs.reserve(found.inputs.size());
    for (const ValueId value : found.inputs)
        inputs.push_back(state[static_cast<std::size_t>(value)]);
    auto outputs = found.run(std::move(inputs));
    for (std::size_t i = 0; i < found.outputs.size(); ++i) {
        state[static_cast<std::size_t>(found.outputs[i])] = std::move(outputs.at(i));
    }
}

void run_steps(const Program& program, std::span<const int> steps, State& state) {
    c10::NoGradGuard no_gradients;
    for (const int step : steps) run_step(program, step, state);
}

at::Tensor logits(const Program& program, const State& state) {
    return state.at(static_cast<std::size_t>(program.output)).toTensor();
}

std::vector<int> descendants(const Program& program, std::span<const int> firsts) {
    std::vector<bool> touched(program.constants.size(), false);
    std::vector<int> found;
    for (int index = 0; index < static_cast<int>(program.steps.size()); ++index) {
        const Step& step = program.steps[static_cast<std::size_t>(index)];
        const bool depends =
            std::any_of(step.inputs.begin(), step.inputs.end(),
                        [&](ValueId value) { return touched[static_cast<std::size_t>(value)]; });
        if (!depends && std::find(firsts.begin(), firsts.end(), index) == firsts.end()) continue;
        found.push_back(index);
        for (const ValueId value : step.outputs) touched[static_cast<std::size_t>(value)] = true;
    }
    return found;
}

at::Tensor first_tensor(const c10::IValue& output) {
    if (output.isTensor()) return output.toTensor();
    if (output.isTuple() && !output.toTupleRef().elements().empty()) {
        return first_tensor(output.toTupleRef().elements().at(0));
    }
    if (output.isTensorList() && !output.toTensorVector().empty())
        return output.toTensorVector().at(0);
    throw core::Error(core::Fault::input,
                      "the network's output is a " + output.tagKind() +
                          "; a tensor of scores, or a tuple that starts with one, is needed");
}

}  // namespace faultline::network
