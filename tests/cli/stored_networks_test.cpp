#include "../../src/cli/stored_networks.h"

#include <faultline/core/error.h>

#include <functional>

#include "world.h"

namespace faultline::cli {
namespace {

using network::Description;
using testing::HasSubstr;

Description network_at(const std::string& path, int bits = 0) {
    Description network;
    network.path = path;
    network.layers = {{"first", "", "convolution", 0, {0, 1}}, {"second", "", "linear", 0, {2}}};
    network.tensors = {{"first.weight", 0, network::Role::weight, {4, 3}},
                       {"first.bias", 0, network::Role::bias, {4}},
                       {"second.weight", 1, network::Role::weight, {10, 4}}};
    for (auto& tensor : network.tensors) {
        if (bits > 0)
            tensor.format = number::FixedPoint({.bit_count = bits, .fraction_bits = bits - 1});
    }
    return network;
}

std::string message_of(core::Fault fault, const std::function<void()>& action) {
    try {
        action();
    } catch (const core::Error& error) {
        EXPECT_EQ(error.fault(), fault) << error.what();
        return error.what();
    }
    return "nothing was refused";
}

std::string refusal(const std::function<void(Description&)>& change) {
    auto other = network_at("Q.pt", 8);
    change(other);
    return message_of(core::Fault::input, [&] { require_same_tensors(network_at("M.pt"), other); });
}

TEST(SameTensors, AreThereWhateverTheFormat) {
    EXPECT_NO_THROW(require_same_tensors(network_at("M.pt"), network_at("Q.pt", 8)));
}

TEST(SameTensors, OfAnotherShapeAreNamedWithBoth) {
    EXPECT_EQ(refusal([](Description& other) {
                  other.tensors[0].shape = {5, 3};
              }),
              "Q.pt: first.weight is 5x3, but 4x3 in M.pt: are they the same network?");
}

TEST(SameTensors, ThatAreMissingOnEitherSideAreNamed) {
    EXPECT_EQ(refusal([](Description& other) { other.tensors.pop_back(); }),
              "Q.pt has no tensor second.weight, M.pt has: are they the same network?");
    EXPECT_EQ(refusal([](Description& other) {
                  other.tensors.push_back({"second.bias", 1, network::Role::bias, {10}});
              }),
              "M.pt has no tensor second.bias, Q.pt has: are they the same network?");
}

TEST(SameTensors, InAnotherOrderOrLayerAreNamed) {
    EXPECT_THAT(
        refusal([](Description& other) { std::swap(other.tensors[0], other.tensors[1]); }),
        HasSubstr("tensor 0 of Q.pt is first.bias of layer first, of M.pt it is first.weight"));
    EXPECT_THAT(refusal([](Description& other) { other.tensors[1].layer = 1; }),
                HasSubstr("tensor 1 of Q.pt is first.bias of layer second"));
}

TEST(SameTensors, WithoutTheBatchNormThatWasFoldedAreExplained) {
    auto with = network_at("M.pt");
    with.tensors.push_back({"norm.weight", 1, network::Role::scale, {4}});
    const auto message =
        message_of(core::Fault::input, [&] { require_same_tensors(with, network_at("Q.pt", 8)); });
    EXPECT_EQ(message,
              "Q.pt has no tensor norm.weight, M.pt has: batch-norm was folded into its "
              "neighbours; compare with the float network that `faultline quantize --fold-only` "
              "writes");
}

std::vector<StoredNetwork> stored() {
    return {{"network.model", "M.pt", network_at("M.pt")},
            {"network.quantized[0]", "Q8.pt", network_at("Q8.pt", 8)},
            {"network.quantized[1]", "Q6.pt", network_at("Q6.pt", 6)}};
}

TEST(ChosenFormats, AreAllOrThoseNamedInTheirOrder) {
    const auto paths = [](const Words& names) {
        Words all;
        for (const auto& one : choose_formats(stored(), names)) all.push_back(one.path);
        return all;
    };
    EXPECT_EQ(paths({}), (Words{"M.pt", "Q8.pt", "Q6.pt"}));
    EXPECT_EQ(paths({"fixed6", "float32"}), (Words{"Q6.pt", "M.pt"}));
}

TEST(ChosenFormats, ThatAreNotStoredNameWhatThereIs) {
    const auto message =
        message_of(core::Fault::usage, [] { choose_formats(stored(), {"fixed4"}); });
    EXPECT_EQ(message,
              "formats: no given model stores fixed4; there are float32 (M.pt), fixed8 (Q8.pt), "
              "fixed6 (Q6.pt); make one with `faultline quantize M.pt --bits 4 --calibrate IMAGES "
              "-o Q.pt` and give it with --quantized Q.pt");
}

TEST(SettingsOf, AFileLeaveTheOthersAndTheirHashOut) {
    network::Settings settings;
    settings.model = "M.pt";
    settings.model_sha256 = std::string(64, 'a');
    settings.quantized = {"Q8.pt", "Q6.pt"};
    const auto model = settings_of(settings, "network.model");
    EXPECT_EQ(model.model, "M.pt");
    EXPECT_EQ(model.model_sha256, settings.model_sha256);
    const auto second = settings_of(settings, "network.quantized[1]");
    EXPECT_EQ(second.model, "Q6.pt");
    EXPECT_EQ(second.model_sha256, "");
    EXPECT_THAT(
        message_of(core::Fault::usage, [&] { settings_of(settings, "network.quantized[2]"); }),
        HasSubstr("quantized: 2 files, but network.quantized[2] is asked for"));
}

}  // namespace
}  // namespace faultline::cli
