#pragma once

#include <gtest/gtest.h>

#include <faultline/core/error.h>
#include <faultline/network/description.h>
#include <string>
#include <utility>
#include <vector>

namespace faultline::campaign {

/// "name" or "group/name", with what the layer stores.
using LayerSketch =
    std::pair<std::string, std::vector<std::pair<network::Role, std::vector<std::int64_t>>>>;

/// A network of 10 classes. A layer's group is what comes before the last dot of its name.
inline network::Description network_of(const std::vector<LayerSketch>& sketches) {
    network::Description network;
    network.path = "net.pt";
    network.classes = 10;
    for (const auto& [name, tensors] : sketches) {
        network::Layer layer;
        layer.name = name;
        layer.group = name.substr(
            0, name.find_last_of('.') == std::string::npos ? 0 : name.find_last_of('.'));
        layer.kind = "convolution";
        for (const auto& [role, shape] : tensors) {
            layer.tensors.push_back(static_cast<int>(network.tensors.size()));
            network.tensors.push_back({name + "." + network::name(role),
                                       static_cast<int>(network.layers.size()), role, shape});
        }
        network.layers.push_back(std::move(layer));
    }
    return network;
}

/// Two convolutions, of 12 and 32 numbers, and a linear layer of 110.
inline network::Description small_network() {
    using enum network::Role;
    return network_of({{"block.first", {{weight, {4, 2}}, {bias, {4}}}},
                       {"block.second", {{weight, {7, 4}}, {bias, {4}}}},
                       {"classify", {{weight, {10, 10}}, {bias, {10}}}}});
}

/// The message of the core::Error that `action` throws; it must be of the kind `fault`.
template <class Action>
std::string message_of(core::Fault fault, Action action) {
    try {
        action();
    } catch (const core::Error& error) {
        EXPECT_EQ(error.fault(), fault) << error.what();
        return error.what();
    }
    ADD_FAILURE() << "nothing was thrown";
    return {};
}

inline bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace faultline::campaign
