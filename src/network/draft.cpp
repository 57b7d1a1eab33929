#include "draft.h"

#include <algorithm>
#include <regex>
#include <stdexcept>
#include <unordered_map>

#include "graph.h"

namespace faultline::network {
namespace {

using torch::jit::Module;
using torch::jit::Value;

/// "__torch__.torch.nn.modules.conv.___torch_mangle_3.Conv2d" without the mangling, which loading
/// adds as it needs.
std::string class_of(const Module& module) {
    static const std::regex mangled(R"(\.___torch_mangle_\d+)");
    const auto name = module.type()->name();
    return name ? std::regex_replace(name->qualifiedName(), mangled, "") : "__torch__.Module";
}

struct Path {
    std::string owner;  ///< empty: the root
    std::string attribute;
};

Path split(const std::string& name) {
    const auto dot = name.rfind('.');
    if (dot == std::string::npos) return {"", name};
    return {name.substr(0, dot), name.substr(dot + 1)};
}

/// Names of all tensors: weight tensors first, as the tree has them (a tied one has one name), then
/// whatever else the graph reads.
std::vector<DraftTensor> named_tensors(const Module& module, const ModuleTree& tree) {
    std::vector<DraftTensor> named;
    std::unordered_map<const at::TensorImpl*, bool> seen;
    for (std::size_t i = 0; i < tree.tensors.size(); ++i) {
        const bool parameter = tree.tensors[i].role != Role::buffer;
        named.push_back({tree.tensors[i].name, tree.memory[i], nullptr, parameter});
        seen[tree.memory[i].unsafeGetTensorImpl()] = true;
    }
    for (const auto& attribute : module.named_attributes()) {
        if (!attribute.value.isTensor()) continue;
        const auto tensor = attribute.value.toTensor();
        if (!tensor.defined() || seen[tensor.unsafeGetTensorImpl()]) continue;
        seen[tensor.unsafeGetTensorImpl()] = true;
        named.push_back({attribute.name, tensor, nullptr, false});
    }
    return named;
}

/// Makes the modules on the way to a tensor, each when it is first needed.
class Builder {
 public:
    explicit Builder(const Draft& draft)
        : draft_(draft), unit_(std::make_shared<torch::jit::CompilationUnit>()) {
        modules_.emplace("", make(""));
    }

    void add(const DraftTensor& tensor) {
        const auto path = split(tensor.name);
        auto owner = at(path.owner);
        const auto value = tensor.value.detach();
        if (tensor.parameter) {
            owner.register_parameter(path.attribute, value, false);
        } else {
            owner.register_buffer(path.attribute, value);
        }
    }

    const Module& root() const { return modules_.at(""); }

 private:
    Module make(const std::string& path) {
        const auto found = draft_.classes.find(path);
        const std::string name = found == draft_.classes.end() ? "__torch__.Module" : found->second;
        Module module(c10::QualifiedName(name), unit_, true);
        module.register_attribute("training", c10::BoolType::get(), false);
        return module;
    }

    Module at(const std::string& path) {
        const auto found = modules_.find(path);
        if (found != modules_.end()) return found->second;
        const auto [owner, name] = split(path);
        auto parent = at(owner);
        auto made = make(path);
        parent.register_module(name, made);
        return modules_.emplace(path, made).first->second;
    }

    const Draft& draft_;
    std::shared_ptr<torch::jit::CompilationUnit> unit_;
    std::map<std::string, Module> modules_;
};

/// In place of inputs, the tensors come from the module `self`.
void read_from(Value* self, Draft& draft) {
    auto& graph = *draft.graph;
    torch::jit::WithInsertPoint start(*graph.nodes().begin());
    std::map<std::string, Value*> modules = {{"", self}};
    const std::function<Value*(const std::string&)> module_at = [&](const std::string& path) {
        const auto found = modules.find(path);
        if (found != modules.end()) return found->second;
        const auto [owner, name] = split(path);
        return modules[path] = graph.insertGetAttr(module_at(owner), name);
    };
    for (auto& tensor : draft.tensors) {
        if (!tensor.input->hasUses()) continue;
        const auto [owner, name] = split(tensor.name);
        tensor.input->replaceAllUsesWith(graph.insertGetAttr(module_at(owner), name));
    }
    constexpr std::size_t first_tensor = 2;  // behind self and the images
    while (graph.inputs().size() > first_tensor) graph.eraseInput(graph.inputs().size() - 1);
}

}  // namespace

DraftTensor* Draft::find(const Value* input) {
    const auto found = std::find_if(tensors.begin(), tensors.end(), [&](const DraftTensor& tensor) {
        return tensor.input == input;
    });
    return found == tensors.end() ? nullptr : &*found;
}

Value* Draft::add_parameter(const std::string& after, const std::string& name, at::Tensor value) {
    const auto found = std::find_if(tensors.begin(), tensors.end(), [&](const DraftTensor& tensor) {
        return tensor.name == after;
    });
    auto* input = graph->addInput();
    tensors.insert(found == tensors.end() ? found : found + 1,
                   {name, std::move(value), input, true});
    return input;
}

void Draft::erase(const std::vector<std::string>& names) {
    std::erase_if(tensors, [&](const DraftTensor& tensor) {
        if (std::find(names.begin(), names.end(), tensor.name) == names.end()) return false;
        graph->eraseInput(tensor.input->offset());
        return true;
    });
}

void Draft::erase_unread_buffers() {
    std::vector<std::string> names;
    for (const auto& tensor : tensors) {
        if (!tensor.parameter && !tensor.input->hasUses()) names.push_back(tensor.name);
    }
    erase(names);
}

Draft take_apart(const Module& module, const ModuleTree& tree) {
    auto functional = functionalise(module);
    Draft draft{functional.graph, named_tensors(module, tree), {}};
    for (std::size_t i = 0; i < functional.tensors.size(); ++i) {
        const auto found = std::find_if(
            draft.tensors.begin(), draft.tensors.end(),
            [&](const DraftTensor& tensor) { return tensor.value.is_same(functional.tensors[i]); });
        if (found == draft.tensors.end()) throw std::runtime_error("a tensor has no name");
        found->input = draft.graph->inputs().at(i + 1);
    }
    for (auto& tensor : draft.tensors) {
        if (tensor.input == nullptr) tensor.input = draft.graph->addInput();
    }
    for (const auto& child : module.named_modules()) {
        draft.classes[child.name] = class_of(child.value);
    }
    return draft;
}

Module put_together(Draft draft) {
    Builder builder(draft);
    for (const auto& tensor : draft.tensors) builder.add(tensor);
    auto root = builder.root();
    auto* self = draft.graph->insertInput(0, "self")->setType(root.type());
    read_from(self, draft);
    draft.graph->lint();
    auto* method = root._ivalue()->compilation_unit()->create_function(
        c10::QualifiedName(*root.type()->name(), "forward"), draft.graph);
    root.type()->addMethod(method);
    return root;
}

}  // namespace faultline::network
