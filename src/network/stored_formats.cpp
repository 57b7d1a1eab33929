#include "stored_formats.h"

#include <faultline/core/error.h>
#include <fmt/format.h>

#include <bit>

#include "stored_hardening.h"

namespace faultline::network {
namespace {

constexpr int version = 1;
constexpr std::size_t limit_bytes = 16U << 20U;

core::Error refusal(const std::string& reason) {
    return {core::Fault::input, fmt::format("its {} {}", formats_file, reason)};
}

/// The text was written by this tool or is nobody's: whatever doesn't parse is one refusal.
core::Json parsed(const std::string& text) {
    const auto unknown = [](const std::string& reason) {
        return refusal(
            fmt::format("isn't the description of formats, version {}, that this tool "
                        "reads{}; quantize the float network again",
                        version, reason));
    };
    if (text.size() > limit_bytes) {
        throw unknown(fmt::format(" ({} bytes, at most {})", text.size(), limit_bytes));
    }
    try {
        auto json = core::parse_json(text, "JSON");
        if (json.is_object() && json.contains("version") && json["version"] == version) return json;
    } catch (const core::Error& error) {
        throw unknown(fmt::format(" ({})", error.what()));
    }
    throw unknown("");
}

number::FixedPoint fixed_point(const core::Json& name) {
    const auto text = name.is_string() ? name.get<std::string>() : name.dump();
    const auto request = number::parse(text);
    const auto* format = std::get_if<number::FixedPoint>(&request);
    if (format == nullptr) throw refusal(fmt::format("has the format {}, without F", text));
    return *format;
}

template <class Named>
Named& find(std::vector<Named>& all, const std::string& name) {
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const Named& other) { return other.name == name; });
    if (found == all.end()) throw refusal(fmt::format("names {}, which isn't in the model", name));
    return *found;
}

void require_on_grid(const WeightTensor& tensor, const at::Tensor& memory,
                     const number::FixedPoint& format) {
    const auto values = memory.detach().to(at::kCPU).contiguous();
    const auto* first = values.data_ptr<float>();
    const auto off = std::find_if(first, first + values.numel(), [&](float value) {
        return std::bit_cast<std::uint32_t>(format.quantise(value)) !=
                   std::bit_cast<std::uint32_t>(value) ||
               value != value;
    });
    if (off == first + values.numel()) return;
    throw core::Error(
        core::Fault::input,
        fmt::format("element {} of {} is {}, which isn't a number of {}, the format that its {} "
                    "gives it; was the file changed after it was quantized?",
                    off - first, tensor.name, *off, number::name(number::Format(format)),
                    formats_file));
}

}  // namespace

Provenance apply_formats(const std::string& text, ModuleTree& tree) {
    if (text.empty()) return {};
    const auto json = parsed(text);
    // Named, since items() refers to what it is called on.
    const auto tensors = json.value("tensors", core::Json::object());
    const auto activations = json.value("activations", core::Json::object());
    for (const auto& [name, format] : tensors.items()) {
        auto& tensor = find(tree.tensors, name);
        const auto fixed = fixed_point(format);
        require_on_grid(tensor, tree.memory[static_cast<std::size_t>(&tensor - &tree.tensors[0])],
                        fixed);
        tensor.format = fixed;
    }
    for (const auto& [name, formats] : activations.items()) {
        auto& layer = find(tree.layers, name);
        if (formats.contains("inputs")) layer.inputs = fixed_point(formats["inputs"]);
        if (formats.contains("outputs")) layer.outputs = fixed_point(formats["outputs"]);
    }
    return {json.value("quantization", core::Json()),
            stored_hardening(json.value("hardening", core::Json()))};
}

std::string formats_text(const Description& description, const core::Json& quantization) {
    auto tensors = core::Json::object(), activations = core::Json::object();
    for (const auto& tensor : description.tensors) {
        if (std::holds_alternative<number::FixedPoint>(tensor.format))
            tensors[tensor.name] = number::name(tensor.format);
    }
    for (const auto& layer : description.layers) {
        if (layer.inputs)
            activations[layer.name]["inputs"] = number::name(number::Format(*layer.inputs));
        if (layer.outputs)
            activations[layer.name]["outputs"] = number::name(number::Format(*layer.outputs));
    }
    core::Json text = {{"version", version},
                       {"tensors", tensors},
                       {"activations", activations},
                       {"quantization", quantization}};
    if (description.hardening) text["hardening"] = json(*description.hardening);
    return text.dump(2);
}

}  // namespace faultline::network
