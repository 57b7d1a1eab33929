#include "inspection.h"

#include <faultline/number/float32.h>
#include <fmt/format.h>

#include <functional>
#include <numeric>

namespace faultline::cli {
namespace {

using network::Description;

constexpr int exponent_bias = 127;

std::int64_t element_count(const std::vector<std::int64_t>& shape) {
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::int64_t parameters_of(const network::Layer& layer, const Description& description) {
    std::int64_t count = 0;
    for (const int tensor : layer.tensors) {
        const auto& weight = description.tensors[static_cast<std::size_t>(tensor)];
        if (weight.role != network::Role::buffer) count += weight.element_count();
    }
    return count;
}

/// All step outputs of one image; 0 when shapes are unknown.
std::int64_t value_bytes(const Description& description) {
    std::int64_t size = 0;
    for (const auto& node : description.nodes) {
        if (!node.shape.empty()) size += 4 * element_count(node.shape);
    }
    return size;
}

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

std::string layer_table(const Description& description) {
    std::size_t width = 5;
    for (const auto& layer : description.layers) width = std::max(width, layer.name.size());
    std::size_t group_width = 5;
    for (const auto& layer : description.layers)
        group_width = std::max(group_width, layer.group.size());
    const auto total = description.parameter_count();
    auto text = fmt::format("{:<{}}  {:<12}{:<{}}  {:>12}{:>8}{:>15}\n", "layer", width, "kind",
                            "group", group_width, "parameters", "share", "macs");
    for (const auto& layer : description.layers) {
        const auto count = parameters_of(layer, description);
        text += fmt::format("{:<{}}  {:<12}{:<{}}  {:>12}{:>8.4f}{:>15}\n", layer.name, width,
                            layer.kind, or_dash(layer.group), group_width, count,
                            static_cast<double>(count) / static_cast<double>(total), layer.macs);
    }
    return text + fmt::format("{:<{}}  {:<12}{:<{}}  {:>12}{:>8.4f}{:>15}\n", "total", width, "",
                              "", group_width, total, 1.0, description.macs());
}

/// Value ranges by exponent. Where bit 30 is 0 (values below 2), its flip multiplies by 2^128.
std::string exponent_table(const network::WeightStatistics& statistics, std::int64_t total) {
    std::string text = "share of parameters by magnitude (exponent field of the float32 word)\n";
    for (int exponent = 0; exponent < 256; ++exponent) {
        const auto count = statistics.exponent_counts[static_cast<std::size_t>(exponent)];
        if (count == 0) continue;
        const auto share = static_cast<double>(count) / static_cast<double>(total);
        const auto range = exponent == 0     ? std::string("0, subnormal")
                           : exponent == 255 ? std::string("Inf, NaN")
                                             : fmt::format("[2^{}, 2^{})", exponent - exponent_bias,
                                                           exponent - exponent_bias + 1);
        text += fmt::format("  {:<16}{:08b}{:>12}{:>8.4f}\n", range, exponent, count, share);
    }
    return text;
}

std::string program_text(const Description& description) {
    auto text = fmt::format("program: {} steps", description.nodes.size() - 1);
    std::string whole;
    for (const auto& node : description.nodes) {
        if (node.whole)
            whole += fmt::format("  step {} {}{}\n", node.id, node.operation,
                                 node.layer >= 0 ? " (holds layers)" : "");
    }
    if (whole.empty()) return text + ", each can be started from\n";
    return text + "; run in one piece by the interpreter, not cut:\n" + whole;
}

std::string switches_text(const network::FileSwitches& switches) {
    if (switches.node_count == 0) return "cuDNN switches: the file carries none of its own\n";
    return fmt::format(
        "cuDNN switches: {} convolutions carry their own ({} ask for TF32, {} for "
        "nondeterministic, {} for benchmark); "
        "overridden\n",
        switches.node_count, switches.tf32_count, switches.nondeterministic_count,
        switches.benchmark_count);
}

}  // namespace

std::string inspection_text(const network::Network& network,
                            const network::WeightStatistics& statistics) {
    const auto& description = network.description();
    auto text = fmt::format("{}\nsha256 {}\n", description.path, description.model_sha256);
    if (description.classes > 0) {
        text += fmt::format("one image {} -> {} classes\n", fmt::join(description.input_shape, "x"),
                            description.classes);
    }
    text += "\n" + layer_table(description) + "\n" +
            exponent_table(statistics, description.parameter_count()) + "\n";
    text += program_text(description) + switches_text(description.switches);
    text +=
        fmt::format("memory: weights {:.1f} MB", static_cast<double>(statistics.size_bytes) / 1e6);
    if (const auto size = value_bytes(description); size > 0) {
        text += fmt::format(", all values of one image {:.1f} MB", static_cast<double>(size) / 1e6);
    }
    return text + "\n";
}

core::Json inspection_json(const network::Network& network,
                           const network::WeightStatistics& statistics) {
    const auto& description = network.description();
    core::Json layers = core::Json::array();
    for (const auto& layer : description.layers) {
        core::Json tensors = core::Json::array();
        for (const int tensor : layer.tensors) {
            const auto& weight = description.tensors[static_cast<std::size_t>(tensor)];
            tensors.push_back({{"name", weight.name},
                               {"role", network::name(weight.role)},
                               {"shape", weight.shape}});
        }
        layers.push_back({{"name", layer.name},
                          {"kind", layer.kind},
                          {"group", layer.group},
                          {"parameters", parameters_of(layer, description)},
                          {"macs", description.classes > 0 ? core::Json(layer.macs) : core::Json()},
                          {"tensors", tensors}});
    }
    core::Json whole = core::Json::array();
    for (const auto& node : description.nodes) {
        if (node.whole) whole.push_back({{"id", node.id}, {"operation", node.operation}});
    }
    return {{"model", description.path},
            {"model_sha256", description.model_sha256},
            {"classes", description.classes > 0 ? core::Json(description.classes) : core::Json()},
            {"input_shape", description.input_shape},
            {"parameters", description.parameter_count()},
            {"layers", layers},
            {"exponent_counts", statistics.exponent_counts},
            {"steps", description.nodes.size() - 1},
            {"whole_steps", whole},
            {"switches",
             {{"convolutions", description.switches.node_count},
              {"tf32", description.switches.tf32_count},
              {"nondeterministic", description.switches.nondeterministic_count},
              {"benchmark", description.switches.benchmark_count}}},
            {"weight_bytes", statistics.size_bytes},
            {"value_bytes", value_bytes(description)}};
}

}  // namespace faultline::cli
