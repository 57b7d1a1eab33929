#include "graph.h"

#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/passes/constant_propagation.h>
#include <torch/csrc/jit/passes/dead_code_elimination.h>
#include <torch/csrc/jit/passes/inliner.h>
#include <torch/csrc/jit/passes/remove_mutation.h>

#include <functional>
#include <map>
#include <stdexcept>
#include <unordered_map>

namespace faultline::network {
namespace {

using torch::jit::Block;
using torch::jit::Graph;
using torch::jit::Node;
using torch::jit::Value;

/// Calls `visit` for every node of the block and of the blocks inside, allowing it to destroy the
/// node.
void for_each_node(Block* block, const std::function<void(Node*)>& visit) {
    for (auto it = block->nodes().begin(); it != block->nodes().end();) {
        Node* node = *it;
        ++it;
        for (Block* inner : node->blocks()) for_each_node(inner, visit);
        visit(node);
    }
}

/// What a switch must be, by the name of the operator's argument.
const std::map<std::string, bool>& wanted_switches() {
    static const std::map<std::string, bool> wanted = {{"benchmark", false},
                                                       {"deterministic", true},
                                                       {"cudnn_enabled", true},
                                                       {"allow_tf32", false}};
    return wanted;
}

void count_switch(FileSwitches& counts, const std::string& name, bool value) {
    counts.benchmark_count += name == "benchmark" && value;
    counts.nondeterministic_count += name == "deterministic" && !value;
    counts.tf32_count += name == "allow_tf32" && value;
}

void override_node(Graph& graph, Node* node, FileSwitches& counts) {
    const auto* schema = node->maybeSchema();
    if (schema == nullptr || schema->name().find("conv") == std::string::npos) return;
    bool carries = false;
    for (std::size_t i = 0; i < schema->arguments().size() && i < node->inputs().size(); ++i) {
        const auto found = wanted_switches().find(schema->arguments()[i].name());
        if (found == wanted_switches().end()) continue;
        carries = true;
        if (const auto asked = torch::jit::constant_as<bool>(node->input(i))) {
            count_switch(counts, found->first, *asked);
        }
        torch::jit::WithInsertPoint here(node);
        node->replaceInput(i, graph.insertConstant(found->second));
    }
    counts.node_count += carries;
}

/// Follows prim::GetAttr from the module down and replaces what is found there: tensors by inputs
/// of the graph, everything else by constants.
class AttributeResolver {
 public:
    AttributeResolver(const torch::jit::Module& module, std::shared_ptr<Graph> graph)
        : functional_{std::move(graph), {}} {
        objects_.emplace(functional_.graph->inputs().at(0), module._ivalue());
    }

    Functional resolve() {
        resolve_block(functional_.graph->block());
        torch::jit::EliminateDeadCode(functional_.graph);
        if (functional_.graph->inputs().at(0)->hasUses()) {
            throw std::runtime_error("the module itself is used in the graph");
        }
        functional_.graph->eraseInput(0);
        return std::move(functional_);
    }

 private:
    void resolve_block(Block* block) {
        // In program order and outer before inner: an attribute's owner is known before it is
        // asked.
        for (Node* node : block->nodes()) {
            if (node->kind() == c10::prim::GetAttr) resolve_node(node);
            for (Block* inner : node->blocks()) resolve_block(inner);
        }
    }

    void resolve_node(Node* node) {
        const auto owner = objects_.find(node->input());
        if (owner == objects_.end()) return;
        const auto value = owner->second->getAttr(node->s(c10::attr::name));
        if (value.isObject()) {
            objects_.emplace(node->output(), value.toObject());
        } else if (value.isTensor()) {
            node->output()->replaceAllUsesWith(input_of(value.toTensor()));
        } else {
            torch::jit::WithInsertPoint here(node);
            if (auto constant = torch::jit::tryInsertConstant(*functional_.graph, value)) {
                node->output()->replaceAllUsesWith(*constant);
            }
        }
    }

    Value* input_of(const at::Tensor& tensor) {
        const auto [found, added] = inputs_.emplace(tensor.unsafeGetTensorImpl(), nullptr);
        if (added) {
            found->second = functional_.graph->addInput();
            functional_.tensors.push_back(tensor);
        }
        return found->second;
    }

    Functional functional_;
    std::unordered_map<Value*, c10::intrusive_ptr<c10::ivalue::Object>> objects_;
    std::unordered_map<const at::TensorImpl*, Value*> inputs_;
};

void refuse_mutation(const Functional& functional) {
    for_each_node(functional.graph->block(), [](Node* node) {
        const auto* schema = node->maybeSchema();
        if ((schema != nullptr && schema->is_mutable()) || node->kind() == c10::prim::SetAttr) {
            throw std::runtime_error(std::string("mutation in ") + node->kind().toQualString());
        }
    });
}

/// A warning has no value, and only the interpreter can utter it: once for each of thousands of
/// passes.
void silence_warnings(Graph& graph) {
    for_each_node(graph.block(), [](Node* node) {
        if (node->kind() == c10::aten::warn) node->destroy();
    });
}

/// Outside of training these leave their input as it is, also where it is a view that mutations
/// can't be removed from.
void remove_idle_dropout(Graph& graph) {
    for_each_node(graph.block(), [](Node* node) {
        if (node->kind() != c10::Symbol::fromQualString("aten::dropout_") &&
            node->kind() != c10::Symbol::fromQualString("aten::feature_dropout_")) {
            return;
        }
        const auto training = torch::jit::constant_as<bool>(node->input(2));
        if (!training || *training) return;
        node->output()->replaceAllUsesWith(node->input(0));
        node->destroy();
    });
}

/// forward may have further inputs when they have defaults.
void bind_defaults(const torch::jit::Module& module, Graph& graph) {
    const auto& arguments = module.get_method("forward").function().getSchema().arguments();
    while (graph.inputs().size() > 2) {
        const auto last = graph.inputs().size() - 1;
        const auto& value = arguments.at(last).default_value();
        if (!value) throw std::runtime_error("forward takes more than one input");
        torch::jit::WithInsertPoint start(*graph.nodes().begin());
        graph.inputs()[last]->replaceAllUsesWith(graph.insertConstant(*value));
        graph.eraseInput(last);
    }
}

FileSwitches override_switches(Graph& graph) {
    FileSwitches counts;
    for_each_node(graph.block(), [&](Node* node) { override_node(graph, node, counts); });
    return counts;
}

}  // namespace

Forward forward_of(const torch::jit::Module& module) {
    auto graph = module.get_method("forward").graph()->copy();
    torch::jit::Inline(*graph);
    bind_defaults(module, *graph);
    silence_warnings(*graph);
    const auto switches = override_switches(*graph);
    return {std::move(graph), switches};
}

Functional functionalise(const torch::jit::Module& module) {
    auto functional = AttributeResolver(module, forward_of(module).graph).resolve();
    torch::jit::ConstantPropagation(functional.graph);
    remove_idle_dropout(*functional.graph);
    torch::jit::RemoveListMutation(functional.graph);
    torch::jit::RemoveTensorMutation(functional.graph);
    torch::jit::ConstantPropagation(functional.graph);
    torch::jit::EliminateDeadCode(functional.graph);
    refuse_mutation(functional);
    return functional;
}

}  // namespace faultline::network
