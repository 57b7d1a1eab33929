#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "inspection.h"

namespace faultline::cli {
namespace {

using network::Description;

constexpr int exponent_bias = 127;

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

using Row = std::array<std::string, 6>;

/// Columns of text to the left, columns of numbers to the right.
std::string aligned(const std::vector<Row>& rows) {
    std::array<std::size_t, 3> widths{};
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < widths.size(); ++i) {
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    std::string text;
    for (const auto& row : rows) {
        text += fmt::format("{:<{}}  {:<{}}  {:<{}}{:>12}{:>8}{:>15}\n", row[0], widths[0], row[1],
                            widths[1], row[2], widths[2], row[3], row[4], row[5]);
    }
    return text;
}

std::string layer_table(const Description& description) {
    const auto total = description.parameter_count();
    const auto share = [total](std::int64_t count) {
        return fmt::format("{:.4f}", static_cast<double>(count) / static_cast<double>(total));
    };
    const auto macs = [known = description.classes > 0](std::int64_t count) {
        return known ? std::to_string(count) : "-";
    };
    std::vector<Row> rows = {{"layer", "kind", "group", "parameters", "share", "macs"}};
    for (const auto& layer : description.layers) {
        const auto count = parameter_count(layer, description);
        rows.push_back({layer.name, layer.kind, or_dash(layer.group), std::to_string(count),
                        share(count), macs(layer.macs)});
    }
    rows.push_back(
        {"total", "", "", std::to_string(total), share(total), macs(description.macs())});
    return aligned(rows);
}

std::string rounding(const network::Layer& layer) {
    const auto named = [](const std::optional<number::FixedPoint>& format) {
        return format ? number::name(number::Format(*format)) : "float32";
    };
    if (!layer.inputs && !layer.outputs) return "";
    return fmt::format("input {}, output {}", named(layer.inputs), named(layer.outputs));
}

/// Of each tensor, and of what goes into a layer and comes out of it; empty where all is float32.
std::string format_table(const Description& description) {
    std::vector<std::pair<std::string, std::string>> rows;
    bool fixed = false;
    for (const auto& layer : description.layers) {
        for (const int tensor : layer.tensors) {
            const auto& weight = description.tensors[static_cast<std::size_t>(tensor)];
            rows.emplace_back(weight.name, number::name(weight.format));
            fixed = fixed || std::holds_alternative<number::FixedPoint>(weight.format);
        }
        if (const auto text = rounding(layer); !text.empty()) rows.emplace_back(layer.name, text);
        fixed = fixed || layer.inputs || layer.outputs;
    }
    if (!fixed) return "";
    std::size_t width = 0;
    for (const auto& row : rows) width = std::max(width, row.first.size());
    std::string text = "stored as, and rounded to\n";
    for (const auto& [name, format] : rows)
        text += fmt::format("  {:<{}}  {}\n", name, width, format);
    return text + "\n";
}

std::string range_of(int exponent) {
    if (exponent == 0) return "0, subnormal";
    if (exponent == 255) return "Inf, NaN";
    return fmt::format("[2^{}, 2^{})", exponent - exponent_bias, exponent - exponent_bias + 1);
}

/// Value ranges by exponent. Where bit 30 is 0 (values below 2), its flip multiplies by 2^128.
std::string exponent_table(const network::WeightStatistics& statistics, std::int64_t total) {
    std::string text = "share of parameters by magnitude (exponent field of the float32 word)\n";
    for (int exponent = 0; exponent < 256; ++exponent) {
        const auto count = statistics.exponent_counts[static_cast<std::size_t>(exponent)];
        if (count == 0) continue;
        const auto share = static_cast<double>(count) / static_cast<double>(total);
        text += fmt::format("  {:<16}{:08b}{:>12}{:>8.4f}\n", range_of(exponent), exponent, count,
                            share);
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

std::string hardening_text(const std::optional<network::Hardening>& hardening) {
    if (!hardening) return "";
    return fmt::format(
        "hardened: clip, {} points, beyond {}, slack {}, ranges of {} images; {} operations on "
        "elements for an image\n",
        hardening->points, network::name(hardening->beyond), hardening->slack,
        hardening->calibration.count, hardening->added_operations);
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
    auto text = fmt::format("{}\nsha256 {}\nformat {}\n", description.path,
                            description.model_sha256, description.format());
    if (description.classes > 0) {
        text += fmt::format("one image {} -> {} classes\n", fmt::join(description.input_shape, "x"),
                            description.classes);
    }
    text += "\n" + layer_table(description) + "\n" + format_table(description) +
            exponent_table(statistics, description.parameter_count()) + "\n";
    text += program_text(description) + hardening_text(description.hardening) +
            switches_text(description.switches);
    text +=
        fmt::format("memory: weights {:.1f} MB", static_cast<double>(statistics.size_bytes) / 1e6);
    if (const auto size = value_bytes(description); size > 0) {
        text += fmt::format(", all values of one image {:.1f} MB", static_cast<double>(size) / 1e6);
    }
    return text + "\n";
}

}  // namespace faultline::cli
