#include "module_tree.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <faultline/core/error.h>
#include <faultline/core/json.h>
#include <map>
#include <set>

namespace faultline::network {
namespace {

/// "__torch__.torch.nn.modules.conv.___torch_mangle_3.Conv2d" -> "Conv2d".
std::string short_type(const torch::jit::Module& module) {
    const auto name = module.type()->name();
    const auto text = name ? name->name() : std::string("Module");
    return text.substr(text.rfind('.') + 1);
}

std::string kind_of(const std::string& type) {
    if (type.starts_with("Conv")) return "convolution";
    if (type == "Linear") return "linear";
    if (type.starts_with("BatchNorm")) return "batch-norm";
    return type;
}

Role role_of(const std::string& type, const std::string& parameter) {
    const bool norm = type.find("Norm") != std::string::npos;
    if (parameter == "bias") return norm ? Role::shift : Role::bias;
    return norm ? Role::scale : Role::weight;
}

std::string parent_path(const std::string& path) {
    const auto dot = path.rfind('.');
    return dot == std::string::npos ? std::string() : path.substr(0, dot);
}

bool is_inside(const std::string& path, const std::string& ancestor) {
    return path.starts_with(ancestor + ".");
}

/// The nearest ancestor that is neither root nor Sequential and holds two or more layers.
std::string group_of(const std::string& layer, const std::vector<Layer>& layers,
                     const std::set<std::string>& sequentials) {
    for (auto path = parent_path(layer); !path.empty(); path = parent_path(path)) {
        if (sequentials.contains(path)) continue;
        const auto count = std::count_if(layers.begin(), layers.end(), [&](const Layer& other) {
            return is_inside(other.name, path);
        });
        if (count >= 2) return path;
    }
    return {};
}

class Reader {
 public:
    explicit Reader(bool buffers) : buffers_(buffers) {}

    void read(const std::string& path, const torch::jit::Module& module) {
        const auto type = short_type(module);
        if (type == "Sequential") sequentials_.insert(path);
        Layer layer{path.empty() ? "(root)" : path, "", kind_of(type), 0, {}};
        for (const auto& parameter : module.named_parameters(false)) {
            add(layer, path, parameter.name, parameter.value, role_of(type, parameter.name));
        }
        if (layer.tensors.empty()) return;
        if (buffers_) read_buffers(layer, path, module);
        tree_.layers.push_back(std::move(layer));
    }

    ModuleTree finish() {
        for (auto& layer : tree_.layers) {
            layer.group = group_of(layer.name, tree_.layers, sequentials_);
        }
        return std::move(tree_);
    }

 private:
    void read_buffers(Layer& layer, const std::string& path, const torch::jit::Module& module) {
        for (const auto& buffer : module.named_buffers(false)) {
            if (!buffer.value.is_floating_point()) continue;
            add(layer, path, buffer.name, buffer.value, Role::buffer);
        }
    }

    void add(Layer& layer, const std::string& path, const std::string& name,
             const at::Tensor& tensor, Role role) {
        if (!seen_.insert(tensor.unsafeGetTensorImpl()).second) return;
        layer.tensors.push_back(static_cast<int>(tree_.tensors.size()));
        tree_.tensors.push_back({path.empty() ? name : path + "." + name,
                                 static_cast<int>(tree_.layers.size()), role,
                                 tensor.sizes().vec()});
        tree_.memory.push_back(tensor);
    }

    bool buffers_;
    ModuleTree tree_;
    std::set<std::string> sequentials_;
    std::set<const at::TensorImpl*> seen_;
};

}  // namespace

ModuleTree read_modules(const torch::jit::Module& module, bool buffers) {
    Reader reader(buffers);
    for (const auto& child : module.named_modules()) reader.read(child.name, child.value);
    return reader.finish();
}

void regroup(std::vector<Layer>& layers, const std::string& groups_file) {
    const auto groups = core::read_json(groups_file);
    if (!groups.is_object()) {
        throw core::Error(
            core::Fault::usage,
            fmt::format("{}: expected an object of \"layer pattern\": \"group\"", groups_file));
    }
    for (const auto& [pattern, group] : groups.items()) {
        if (!group.is_string()) {
            throw core::Error(core::Fault::usage,
                              fmt::format("{}: the group of '{}' is {}, not a name", groups_file,
                                          pattern, group.dump()));
        }
        bool matched = false;
        for (auto& layer : layers) {
            if (fnmatch(pattern.c_str(), layer.name.c_str(), 0) != 0) continue;
            layer.group = group.get<std::string>();
            matched = true;
        }
        if (!matched) {
            throw core::Error(
                core::Fault::usage,
                fmt::format("{}: no layer matches '{}'; `faultline inspect` lists the layers",
                            groups_file, pattern));
        }
    }
}

}  // namespace faultline::network
