// Traced convolutions carry the tracer's cuDNN switches as inputs. These tests need no device: they
// look at the inputs themselves.

#include <faultline/network/network.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/passes/inliner.h>
#include <torch/script.h>

#include "../../src/network/graph.h"
#include "support/networks.h"

namespace faultline {
namespace {

using Switches = std::vector<bool>;  // benchmark, deterministic, cudnn_enabled, allow_tf32

std::vector<Switches> switches_of(torch::jit::Graph& graph) {
    std::vector<Switches> found;
    for (auto* node : graph.nodes()) {
        if (node->kind() != c10::Symbol::fromQualString("aten::_convolution")) continue;
        Switches switches;
        for (std::size_t i = 9; i < 13; ++i) {
            switches.push_back(*torch::jit::constant_as<bool>(node->input(i)));
        }
        found.push_back(switches);
    }
    return found;
}

torch::jit::Module load(const std::string& name) {
    auto module = torch::jit::load(tests::model(name));
    module.eval();
    return module;
}

const Switches as_traced = {false, false, true, true}, as_needed = {false, true, true, false};

TEST(Switches, OfATracedFileAskForTf32) {
    const auto module = load("branches_traced");
    const auto graph = module.get_method("forward").graph()->copy();
    torch::jit::Inline(*graph);
    const auto found = switches_of(*graph);
    ASSERT_EQ(found.size(), 7U);
    for (const auto& switches : found) EXPECT_EQ(switches, as_traced);
}

TEST(Switches, AreOverriddenInTheSteps) {
    const auto functional = network::functionalise(load("branches_traced"));
    const auto found = switches_of(*functional.graph);
    ASSERT_EQ(found.size(), 7U);
    for (const auto& switches : found) EXPECT_EQ(switches, as_needed);
}

TEST(Switches, ReachTheStepsAsTheirInputs) {
    const auto network = tests::load_model("branches_traced", 16);
    int convolutions = 0;
    for (const auto& step : network.program().steps) {
        if (step.operation != "aten::_convolution") continue;
        ++convolutions;
        Switches switches;
        for (std::size_t i = 9; i < 13; ++i) {
            switches.push_back(
                network.program().constants[static_cast<std::size_t>(step.inputs[i])].toBool());
        }
        EXPECT_EQ(switches, as_needed);
    }
    EXPECT_EQ(convolutions, 7);
}

TEST(Switches, AreOverriddenInTheReferencesGraph) {
    const auto found = switches_of(*network::forward_of(load("branches_traced")).graph);
    ASSERT_EQ(found.size(), 7U);
    for (const auto& switches : found) EXPECT_EQ(switches, as_needed);
}

TEST(Switches, AreCountedAsTheFileAskedForThem) {
    const network::FileSwitches traced{7, 0, 7, 7};
    EXPECT_EQ(tests::load_model("branches_traced", 16).description().switches, traced);
    EXPECT_EQ(tests::load_model("branches_scripted", 16).description().switches,
              network::FileSwitches{});
}

TEST(Switches, OverriddenTracedEqualsScriptedBitForBit) {
    for (const auto& [traced, scripted, size] :
         {std::tuple{"plain_traced", "plain_scripted", 8},
          std::tuple{"branches_traced", "branches_scripted", 16}}) {
        const auto batch = tests::images(5, size);
        const auto left = tests::load_model(traced, size);
        const auto right = tests::load_model(scripted, size);
        EXPECT_TRUE(tests::same_bits(left.forward(batch), right.forward(batch))) << traced;
        EXPECT_TRUE(
            tests::same_bits(network::logits(left.program(), network::run(left.program(), batch)),
                             right.forward(batch)))
            << traced;
    }
}

}  // namespace
}  // namespace faultline
