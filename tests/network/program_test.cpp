#include <faultline/network/network.h>
#include <gtest/gtest.h>
#include <torch/script.h>

#include "support/networks.h"

namespace faultline {
namespace {

using tests::images;
using tests::same_bits;

constexpr std::uint32_t nan_word = 0x7fc00000, infinity_word = 0xff800000;

TEST(Program, AgreesBitForBitWithTheReference) {
    for (const auto& [name, size] : tests::tiny_models()) {
        const auto network = tests::load_model(name, size);
        for (const int count : {1, 2, 17}) {
            const auto batch = images(count, size);
            const auto state = network::run(network.program(), batch);
            EXPECT_TRUE(
                same_bits(network::logits(network.program(), state), network.forward(batch)))
                << name << ", " << count << " images";
        }
    }
}

TEST(Program, AgreesWithPlainForwardOfTheModule) {
    for (const auto& [name, size] : tests::tiny_models()) {
        auto module = torch::jit::load(tests::model(name));
        module.eval();
        c10::NoGradGuard no_gradients;
        const auto batch = images(4, size);
        const auto plain = network::first_tensor(module.forward({batch.clone()}));
        EXPECT_TRUE(same_bits(plain, tests::load_model(name, size).forward(batch))) << name;
    }
}

// For each weight tensor: a fault there, resumed at its first reader on a golden state, equals a
// whole faulty pass.
void expect_resuming_is_exact(const std::string& name, int size, std::uint32_t word) {
    const auto network = tests::load_model(name, size);
    const auto& program = network.program();
    const auto batch = images(3, size);
    const auto golden = network::run(program, batch);
    for (int tensor = 0; tensor < static_cast<int>(network.description().tensors.size());
         ++tensor) {
        const auto weight = network.weight(tensor);
        const tests::ScopedWord fault(weight, weight.numel() / 2, word);
        auto state = golden;
        const auto touched = network::touched_steps(program, fault::WeightWord{tensor, 0});
        network::run_steps(program, network::descendants(program, touched), state);
        EXPECT_TRUE(same_bits(network::logits(program, state), network.forward(batch)))
            << name << ", " << network.description().tensors[static_cast<std::size_t>(tensor)].name;
    }
}

TEST(Program, ResumedFromAnyLayerAgreesBitForBitWithAWholePass) {
    for (const auto& [name, size] : tests::tiny_models()) {
        expect_resuming_is_exact(name, size, 0x40490fdb);
        expect_resuming_is_exact(name, size, nan_word);
        expect_resuming_is_exact(name, size, infinity_word);
    }
}

TEST(Program, ResumedFromAnyStepReproducesEveryValue) {
    const auto network = tests::load_model("branches_scripted", 16);
    const auto& program = network.program();
    const auto golden = network::run(program, images(2, 16));
    for (int step = 0; step < static_cast<int>(program.steps.size()); ++step) {
        auto state = golden;
        network::run_steps(program, network::descendants(program, {{step}}), state);
        EXPECT_TRUE(same_bits(network::logits(program, state), network::logits(program, golden)))
            << step;
    }
}

TEST(Program, RunningALaterStepLeavesEarlierValuesAlone) {
    const auto network = tests::load_model("branches_scripted", 16);
    const auto& program = network.program();
    const auto golden = network::run(program, images(2, 16));
    std::vector<at::Tensor> copies;
    for (const auto& value : golden)
        copies.push_back(value.isTensor() ? value.toTensor().clone() : at::Tensor());
    auto state = golden;
    network::run_steps(program, network::descendants(program, {{0}}), state);
    for (std::size_t i = 0; i < golden.size(); ++i) {
        if (!copies[i].defined()) continue;
        EXPECT_TRUE(at::equal(copies[i], golden[i].toTensor()))
            << "value " << i << " was overwritten";
    }
}

TEST(Program, AFaultInOneBranchDoesNotTouchItsSibling) {
    const auto network = tests::load_model("branches_scripted", 16);
    const auto& description = network.description();
    const auto tensor_named = [&](const std::string& name) {
        for (std::size_t i = 0; i < description.tensors.size(); ++i) {
            if (description.tensors[i].name == name) return static_cast<int>(i);
        }
        return -1;
    };
    const auto steps = network::descendants(
        network.program(), network.program().readers(tensor_named("fire1.expand.weight")));
    const int sibling = network.program().readers(tensor_named("fire1.twin.weight")).at(0);
    EXPECT_EQ(std::count(steps.begin(), steps.end(), sibling), 0);
    EXPECT_GT(steps.size(), 3U);
}

TEST(Program, OfEqualWeightsKeepsEachItsOwnPlace) {
    const auto network = tests::load_model("branches_scripted", 16);
    const auto& weights = network.program().weights;
    EXPECT_EQ(std::set<network::ValueId>(weights.begin(), weights.end()).size(), weights.size());
}

TEST(Program, SaysWhichStepsRunInOnePiece) {
    const auto whole_layers = [](const network::Network& network) {
        const auto& nodes = network.description().nodes;
        return std::count_if(nodes.begin(), nodes.end(),
                             [](const auto& node) { return node.whole && node.layer >= 0; });
    };
    // Checks of dimensions may stay in one piece; layers are cut.
    EXPECT_EQ(whole_layers(tests::load_model("branches_scripted", 16)), 0);
    EXPECT_GT(whole_layers(tests::load_model("control_flow", 16)), 0);
    EXPECT_GT(tests::load_model("attention", 10).program().steps.size(), 20U)
        << "dropout in place of a view does nothing";
    const auto overwriting = tests::load_model("changes_its_input", 8);
    ASSERT_EQ(overwriting.program().steps.size(), 1U);
    EXPECT_TRUE(overwriting.program().steps[0].whole);
    EXPECT_EQ(overwriting.description().nodes.at(1).operation, "faultline::whole_network");
}

TEST(Reference, LeavesTheImagesAloneEvenWhereTheNetworkOverwritesItsInput) {
    const auto network = tests::load_model("changes_its_input", 8);
    const auto batch = images(2, 8);
    const auto before = batch.clone();
    const auto first = network.forward(batch);
    EXPECT_TRUE(same_bits(first, network.forward(batch)));
    EXPECT_TRUE(same_bits(before, batch));
}

}  // namespace
}  // namespace faultline
