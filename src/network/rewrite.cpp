#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <faultline/core/place.h>
#include <faultline/network/clip.h>
#include <faultline/network/rewrite.h>
#include <fmt/format.h>

#include <sstream>

#include "draft.h"
#include "fold.h"
#include "insert_clips.h"
#include "parts.h"
#include "round_activations.h"
#include "stored_formats.h"

namespace faultline::network {
namespace {

/// In memory of its own.
Draft draft_of(const Network& network) {
    const auto& description = network.description();
    try {
        auto draft = take_apart(network.parts().module, tree_of(network));
        for (auto& tensor : draft.tensors) tensor.value = tensor.value.detach().clone();
        return draft;
    } catch (const std::exception& error) {
        const std::string text = error.what();
        throw core::Error(
            core::Fault::input,
            fmt::format("{}: its graph can't be cut into steps, which rewriting needs "
                        "({}); export it another way, traced rather than scripted",
                        description.path, text.substr(0, text.find('\n'))));
    }
}

/// `change` sets what a module can't hold.
Network remake(
    const Network& source, Draft draft, std::optional<Hardening> hardening,
    const std::function<void(ModuleTree&)>& change = [](ModuleTree&) {}) {
    const auto& old = source.description();
    auto module = put_together(std::move(draft));
    auto tree = read_modules(module, false);
    for (auto& layer : tree.layers) {
        for (const auto& other : old.layers) {
            if (other.name == layer.name) layer.group = other.group;
        }
    }
    change(tree);
    auto parts = make_parts(old.path, std::move(module), source.device(), std::move(tree));
    parts->description.hardening = std::move(hardening);
    Network made(std::move(parts));
    if (!old.input_shape.empty()) made.measure_shapes(old.input_shape);
    return made;
}

/// The values on the format's grid.
at::Tensor rounded(const at::Tensor& values, const number::Format& format) {
    const auto* fixed = std::get_if<number::FixedPoint>(&format);
    if (fixed == nullptr) return values;
    auto host = values.to(at::kCPU).contiguous();
    std::span<float> numbers(host.data_ptr<float>(), static_cast<std::size_t>(host.numel()));
    fixed->quantise(numbers);
    return host.to(values.device());
}

void require_numbers(const Network& network, const WeightTensor& tensor, const at::Tensor& values) {
    const auto odd = values.isnan().flatten().nonzero();
    if (odd.numel() == 0) return;
    throw core::Error(
        core::Fault::input,
        fmt::format("{}: element {} of {} is NaN, which fixed point has no word for; was training "
                    "ended by an overflow? export a sound checkpoint",
                    network.description().path, odd[0].item<std::int64_t>(), tensor.name));
}

std::vector<std::string> names(const Description& description, const std::string& kind) {
    std::vector<std::string> found;
    for (const auto& layer : description.layers) {
        if (layer.kind == kind) found.push_back(layer.name);
    }
    return found;
}

}  // namespace

number::Format LayerFormats::of(Role role) const {
    switch (role) {
        case Role::weight:
        case Role::scale:
            return weights;
        case Role::bias:
        case Role::shift:
            return biases;
        case Role::buffer:
            return number::Float32{};
    }
    return {};
}

Folded fold_batch_norms(const Network& network) {
    auto draft = draft_of(network);
    auto norms = fold(draft);
    draft.erase_unread_buffers();
    auto made = remake(network, std::move(draft), network.description().hardening);
    auto left = names(made.description(), "batch-norm");
    return {std::move(made), std::move(norms), std::move(left)};
}

Network with_formats(const Network& network, std::span<const LayerFormats> formats) {
    c10::NoGradGuard no_gradients;
    const auto tree = tree_of(network);
    auto draft = draft_of(network);
    for (auto& tensor : draft.tensors) {
        const auto found =
            std::find_if(tree.tensors.begin(), tree.tensors.end(),
                         [&](const WeightTensor& other) { return other.name == tensor.name; });
        if (found == tree.tensors.end()) continue;
        const auto format = formats[static_cast<std::size_t>(found->layer)].of(found->role);
        if (!std::holds_alternative<number::Float32>(format))
            require_numbers(network, *found, tensor.value);
        tensor.value = rounded(tensor.value, format);
    }
    round_activations(draft, tree, formats);
    draft.erase_unread_buffers();
    return remake(
        network, std::move(draft), network.description().hardening, [&](ModuleTree& made) {
            for (auto& tensor : made.tensors) {
                tensor.format = formats[static_cast<std::size_t>(tensor.layer)].of(tensor.role);
            }
            for (std::size_t i = 0; i < made.layers.size(); ++i) {
                made.layers[i].inputs = formats[i].inputs;
                made.layers[i].outputs = formats[i].outputs;
            }
        });
}

int clip_operations(Beyond beyond) {
    constexpr int of_bound = 2, of_zero = 3;
    return beyond == Beyond::bound ? of_bound : of_zero;
}

Network with_clips(const Network& network, std::span<const Clip> clips, Hardening made) {
    auto draft = draft_of(network);
    insert_clips(draft, network.program(), clips, made.beyond);
    made.points = static_cast<int>(clips.size());
    made.added_operations = 0;
    for (const auto& clip : clips) {
        made.added_operations +=
            clip_operations(made.beyond) * element_count(network.description(), clip.point);
    }
    return remake(network, std::move(draft), std::move(made));
}

void save(const Network& network, const std::string& path, const core::Json& quantization) {
    std::ostringstream bytes;
    const torch::jit::ExtraFilesMap extra = {
        {formats_file, formats_text(network.description(), quantization)}};
    network.parts().module.save(bytes, extra);
    core::write_file(path, bytes.str());
}

const core::Json& quantization(const Network& network) { return network.parts().quantization; }

}  // namespace faultline::network
