#include <faultline/archive/model.h>
#include <faultline/core/error.h>
#include <faultline/core/hash.h>
#include <faultline/network/device.h>
#include <faultline/network/network.h>
#include <fmt/format.h>

#include "build_program.h"
#include "parts.h"
#include "stored_formats.h"

namespace faultline::network {
namespace {

core::Error refusal(const std::string& path, const std::string& reason) {
    return {core::Fault::input, fmt::format("{}: {}", path, reason)};
}

/// LibTorch's messages run over many lines with a stack trace; the first line says it.
std::string first_line(const std::exception& error) {
    const std::string text = error.what();
    return text.substr(0, text.find('\n'));
}

std::string checked_sha256(const Settings& settings) {
    if (settings.model.empty()) {
        throw core::Error(core::Fault::usage,
                          "no model: give a TorchScript file with --model FILE");
    }
    archive::check_model(settings.model);
    auto sha256 = core::sha256_file(settings.model);
    if (!settings.model_sha256.empty() && settings.model_sha256 != sha256) {
        throw refusal(settings.model, fmt::format("its SHA-256 is {}, but model_sha256 asks for {}",
                                                  sha256, settings.model_sha256));
    }
    return sha256;
}

/// A model file's module, and the formats that lie beside it: empty in a float network's.
struct Loaded {
    torch::jit::Module module;
    std::string formats;
};

Loaded load_module(const std::string& path, at::Device device) {
    try {
        torch::jit::ExtraFilesMap extra = {{formats_file, ""}};
        auto module = torch::jit::load(path, device, extra);
        module.eval();
        if (!module.find_method("forward")) throw std::runtime_error("it has no method forward");
        return {std::move(module), extra[formats_file]};
    } catch (const std::exception& error) {
        throw refusal(
            path, fmt::format("LibTorch can't load it as a TorchScript module ({}); export it with "
                              "torch.jit.trace or torch.jit.script and .save()",
                              first_line(error)));
    }
}

void require_injectable(const std::string& path, const ModuleTree& tree) {
    if (tree.tensors.empty()) {
        throw refusal(
            path,
            "the model has no parameters to flip bits in; if it was frozen (torch.jit.freeze, "
            "optimize_for_inference), export it again without freezing");
    }
    for (std::size_t i = 0; i < tree.tensors.size(); ++i) {
        if (tree.memory[i].scalar_type() == at::kFloat) continue;
        throw refusal(
            path, fmt::format("parameter {} is {}, but only float32 is supported; export the model "
                              "after model.float()",
                              tree.tensors[i].name, at::toString(tree.memory[i].scalar_type())));
    }
}

Provenance read_formats(const std::string& path, const std::string& text, ModuleTree& tree) {
    try {
        return apply_formats(text, tree);
    } catch (const core::Error& error) {
        throw refusal(path, error.what());
    }
}

std::shared_ptr<const Interpreter> make_reference(const std::string& path,
                                                  const torch::jit::Module& module,
                                                  FileSwitches& switches) {
    try {
        auto forward = forward_of(module);
        switches = forward.switches;
        return std::make_shared<const Interpreter>(std::move(forward.graph));
    } catch (const std::exception& error) {
        throw refusal(path, fmt::format("its forward can't be used ({})", first_line(error)));
    }
}

/// Cut into steps where that is possible. Where it isn't, one reason is that something is
/// overwritten, perhaps the images themselves: then the reference gets a copy of them.
void make_program(Network::Parts& parts, const ModuleTree& tree) {
    try {
        parts.program = build_program(functionalise(parts.module), tree);
    } catch (const std::exception&) {
        parts.copy_images = true;
        const auto forward = [reference = parts.reference,
                              module = parts.module](const at::Tensor& images) {
            return run_reference(*reference, module, images.clone());
        };
        parts.program = build_whole_program(forward, tree);
    }
}

}  // namespace

std::unique_ptr<Network::Parts> make_parts(const std::string& path, torch::jit::Module module,
                                           at::Device device, ModuleTree tree) {
    auto parts = std::make_unique<Network::Parts>();
    parts->device = device;
    parts->module = std::move(module);
    parts->description.path = path;
    parts->reference = make_reference(path, parts->module, parts->description.switches);
    make_program(*parts, tree);
    parts->weights = std::move(tree.memory);
    parts->description.layers = std::move(tree.layers);
    parts->description.tensors = std::move(tree.tensors);
    describe_graph(parts->program, parts->description);
    return parts;
}

ModuleTree tree_of(const Network& network) {
    return {network.description().layers, network.description().tensors, network.parts().weights};
}

Network load(const Settings& settings) {
    const auto sha256 = checked_sha256(settings);
    const auto device = choose_device(settings.device);
    auto loaded = load_module(settings.model, device);
    for (const auto& parameter : loaded.module.parameters()) parameter.requires_grad_(false);

    auto tree = read_modules(loaded.module, settings.buffers);
    require_injectable(settings.model, tree);
    auto provenance = read_formats(settings.model, loaded.formats, tree);
    if (!settings.groups.empty()) regroup(tree.layers, settings.groups);
    auto parts = make_parts(settings.model, std::move(loaded.module), device, std::move(tree));
    parts->description.model_sha256 = sha256;
    parts->description.hardening = std::move(provenance.hardening);
    parts->quantization = std::move(provenance.quantization);
    return Network(std::move(parts));
}

}  // namespace faultline::network
