// Walks a module-free graph and makes each node a step. Constants and weights become values that
// are there from the start; operators are called directly; lists and tuples are put together by
// hand; what has no callable operator (control flow, unpacking) becomes a small graph of its own,
// run by the interpreter.

#include "build_program.h"

#include <torch/csrc/jit/ir/constants.h>

#include <unordered_map>

#include "interpreter.h"
#include "layer_nodes.h"
#include "max_pool.h"

namespace faultline::network {
namespace {

using torch::jit::Graph;
using torch::jit::Node;
using torch::jit::Value;
using Values = std::vector<c10::IValue>;
using Run = std::function<Values(Values)>;

Run list_maker(const Node* node) {
    const auto type = node->output()->type()->expect<c10::ListType>()->getElementType();
    return [type](Values values) {
        c10::impl::GenericList list(type);
        list.reserve(values.size());
        for (auto& value : values) list.push_back(std::move(value));
        return Values{std::move(list)};
    };
}

Run tuple_maker() {
    return [](Values values) { return Values{c10::ivalue::Tuple::create(std::move(values))}; };
}

bool calls_operator(const Node* node) {
    return node->blocks().empty() && node->maybeOperator() != nullptr &&
           node->maybeOperator()->hasOperation();
}

/// A list of tensors whose readers can put it together themselves.
bool folds_into_readers(const Value* value, const Graph& graph) {
    const Node* maker = value->node();
    if (maker->kind() != c10::prim::ListConstruct) return false;
    const auto type = value->type()->expect<c10::ListType>()->getElementType();
    if (type->kind() != c10::TypeKind::TensorType || maker->inputs().empty()) return false;
    return std::all_of(value->uses().begin(), value->uses().end(), [&](const torch::jit::Use& use) {
        return use.user->owningBlock() == graph.block() && calls_operator(use.user);
    });
}

/// An operator's inputs with the lists that fold into it replaced by their elements.
struct FoldedInputs {
    std::vector<Value*> values;
    std::vector<std::size_t> element_counts;  ///< for each input of the node; 0: no list
};

FoldedInputs folded_inputs(Node* node, const Graph& graph) {
    FoldedInputs folded;
    for (Value* input : node->inputs()) {
        if (!folds_into_readers(input, graph)) {
            folded.values.push_back(input);
            folded.element_counts.push_back(0);
            continue;
        }
        const auto elements = input->node()->inputs();
        folded.values.insert(folded.values.end(), elements.begin(), elements.end());
        folded.element_counts.push_back(elements.size());
    }
    return folded;
}

Values unfold(Values values, const std::vector<std::size_t>& element_counts) {
    Values inputs;
    auto next = values.begin();
    for (const auto count : element_counts) {
        if (count == 0) {
            inputs.push_back(std::move(*next++));
            continue;
        }
        c10::List<at::Tensor> list;
        list.reserve(count);
        for (std::size_t i = 0; i < count; ++i) list.push_back((next++)->toTensor());
        inputs.emplace_back(std::move(list));
    }
    return inputs;
}

Run operator_caller(const Node* node, std::vector<std::size_t> element_counts) {
    const bool folded = std::any_of(element_counts.begin(), element_counts.end(),
                                    [](std::size_t count) { return count > 0; });
    if (folded) {
        return [operation = node->getOperation(),
                counts = std::move(element_counts)](Values values) mutable {
            auto inputs = unfold(std::move(values), counts);
            operation(inputs);
            return inputs;
        };
    }

    return [operation = node->getOperation()](Values values) mutable {
        operation(values);
        return values;
    };
}

/// Values from outside that the node or a block inside it reads, each once.
std::vector<Value*> captured_values(Node* node) {
    std::vector<Value*> captured;
    const auto capture = [&](Value* value) {
        for (Node* owner = value->node(); owner != nullptr;
             owner = owner->owningBlock()->owningNode()) {
            if (owner == node) return;  // made inside
        }
        if (std::find(captured.begin(), captured.end(), value) == captured.end())
            captured.push_back(value);
    };
    const std::function<void(Node*)> visit = [&](Node* inner) {
        for (Value* value : inner->inputs()) capture(value);
        for (torch::jit::Block* block : inner->blocks()) {
            for (Node* child : block->nodes()) visit(child);
            for (Value* value : block->outputs()) capture(value);
        }
    };
    visit(node);
    return captured;
}

Run interpreted(Node* node, const std::vector<Value*>& captured) {
    auto graph = std::make_shared<Graph>();
    std::unordered_map<Value*, Value*> inside;
    for (Value* value : captured) inside[value] = graph->addInput()->setType(value->type());
    Node* copy =
        graph->insertNode(graph->createClone(node, [&](Value* value) { return inside.at(value); }));
    for (Value* value : copy->outputs()) graph->registerOutput(value);
    return [interpreter = Interpreter(graph)](Values values) {
        return interpreter.run(std::move(values));
    };
}

/// What comes first in a network's output: the scores.
const Value* scores(const Value* output) {
    const auto kind = output->node()->kind();
    const bool packed = kind == c10::prim::TupleConstruct || kind == c10::prim::ListConstruct;
    return packed && !output->node()->inputs().empty() ? scores(output->node()->inputs()[0])
                                                       : output;
}

class Builder {
 public:
    Builder(const Functional& functional, const ModuleTree& tree)
        : functional_(functional), tree_(tree) {}

    Program build() {
        const auto inputs = functional_.graph->inputs();
        program_.input = id(inputs.at(0));
        for (std::size_t i = 0; i < functional_.tensors.size(); ++i) {
            set_constant(inputs.at(i + 1), functional_.tensors[i]);
        }
        bind_weights();
        int place = 0;
        for (Node* node : functional_.graph->nodes()) {
            const bool folds = node->outputs().size() == 1 &&
                               folds_into_readers(node->output(), *functional_.graph);
            if (!folds) add(node, place);
            ++place;
        }
        set_output(scores(functional_.graph->outputs().at(0)));
        return std::move(program_);
    }

 private:
    ValueId new_value(c10::IValue constant = {}) {
        program_.constants.push_back(std::move(constant));
        return static_cast<ValueId>(program_.constants.size() - 1);
    }

    ValueId id(const Value* value) {
        const auto found = ids_.find(value);
        return found != ids_.end() ? found->second : ids_[value] = new_value();
    }

    void set_constant(const Value* value, c10::IValue constant) {
        const auto place = static_cast<std::size_t>(id(value));
        program_.constants[place] = std::move(constant);
    }

    /// Weight tensors nobody reads get a value too, so that every tensor has one.
    void bind_weights() {
        for (const auto& memory : tree_.memory) {
            const auto found =
                std::find_if(functional_.tensors.begin(), functional_.tensors.end(),
                             [&](const at::Tensor& tensor) { return tensor.is_same(memory); });
            const auto place = static_cast<std::size_t>(found - functional_.tensors.begin());
            program_.weights.push_back(found == functional_.tensors.end()
                                           ? new_value(memory)
                                           : id(functional_.graph->inputs().at(place + 1)));
        }
    }

    void add(Node* node, int place) {
        if (node->kind() == c10::prim::Constant) {
            set_constant(node->output(),
                         torch::jit::toIValue(node->output()).value_or(c10::IValue()));
            return;
        }
        Step step;
        step.operation = node->kind().toQualString();
        // A check of shapes has blocks, too, but nothing comes out of it.
        step.whole = !node->blocks().empty() && !node->outputs().empty();
        const auto inputs = set_run(node, step);
        for (Value* value : inputs) step.inputs.push_back(id(value));
        for (Value* value : node->outputs()) step.outputs.push_back(id(value));
        step.layer = layer_of(step);
        step.product = product(node);
        step.node = place;
        program_.steps.push_back(std::move(step));
    }

    /// Scores that come in a tuple nobody can see into (control flow made it) take a step more.
    void set_output(const Value* scores) {
        program_.output = id(scores);
        if (scores->type()->kind() == c10::TypeKind::TensorType) return;
        const auto packed = program_.output;
        program_.output = new_value();
        program_.steps.push_back(
            {"faultline::first_tensor", {packed}, {program_.output}, -1, false, [](Values values) {
                 return Values{first_tensor(values.at(0))};
             }});
    }

    std::vector<Value*> set_run(Node* node, Step& step) {
        if (node->kind() == c10::prim::ListConstruct) {
            step.run = list_maker(node);
        } else if (node->kind() == c10::prim::TupleConstruct) {
            step.run = tuple_maker();
        } else if (calls_operator(node)) {
            auto folded = folded_inputs(node, *functional_.graph);
            step.run = operator_caller(node, std::move(folded.element_counts));
            if (step.operation == "aten::max_pool2d") step.run = faster_max_pool(step.run);
            return std::move(folded.values);
        } else {
            const auto captured = captured_values(node);
            step.run = interpreted(node, captured);
            return captured;
        }
        return node->inputs().vec();
    }

    std::optional<Product> product(Node* node) {
        const auto layer = layer_node(
            node, [this](const Value* value) { return weight_tensor(value) != nullptr; });
        if (!layer) return {};
        return Product{weight_tensor(layer->weight)->layer, id(node->input(layer->data))};
    }

    /// The weight (no bias, no batch-norm's parameter) that the graph's input is.
    const WeightTensor* weight_tensor(const Value* value) const {
        const auto found = ids_.find(value);
        if (found == ids_.end()) return nullptr;
        const auto place =
            std::find(program_.weights.begin(), program_.weights.end(), found->second);
        if (place == program_.weights.end()) return nullptr;
        const auto& tensor =
            tree_.tensors[static_cast<std::size_t>(place - program_.weights.begin())];
        return tensor.role == Role::weight ? &tensor : nullptr;
    }

    int layer_of(const Step& step) const {
        for (const ValueId input : step.inputs) {
            const auto found = std::find(program_.weights.begin(), program_.weights.end(), input);
            if (found == program_.weights.end()) continue;
            return tree_.tensors[static_cast<std::size_t>(found - program_.weights.begin())].layer;
        }
        return -1;
    }

    const Functional& functional_;
    const ModuleTree& tree_;
    Program program_;
    std::unordered_map<const Value*, ValueId> ids_;
};

}  // namespace

Program build_program(const Functional& functional, const ModuleTree& tree) {
    return Builder(functional, tree).build();
}

Program build_whole_program(std::function<at::Tensor(const at::Tensor&)> forward,
                            const ModuleTree& tree) {
    Program program;
    program.constants.resize(2 + tree.memory.size());
    program.input = 0;
    program.output = 1;
    Step step{"faultline::whole_network", {0}, {1}, -1, true, [forward](Values values) {
                  return Values{forward(values.at(0).toTensor())};
              }};
    for (std::size_t i = 0; i < tree.memory.size(); ++i) {
        program.weights.push_back(static_cast<ValueId>(i + 2));
        program.constants[i + 2] = tree.memory[i];
        step.inputs.push_back(program.weights.back());
    }
    program.steps.push_back(std::move(step));
    return program;
}

}  // namespace faultline::network
