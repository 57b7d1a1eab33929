// Blocks of output channels: taken where the probe finds them exact, and only there.

#include <gtest/gtest.h>

#include "../../src/evaluation/step_kind.h"
#include "small_campaign.h"

namespace faultline {
namespace {

using evaluation::Evaluator;
using evaluation::LayerTiers;
using evaluation::Trial;

constexpr int batch = 32, size = 16;

/// A network whose backend adds a little when a layer is asked for fewer than `least` of its
/// outputs, or for fewer than all of them.
network::Network particular(std::int64_t least) {
    auto network = tests::load_model("wide", size);
    const auto& program = network.program();
    tests::wrap_steps(network, [&](const network::Step& step, tests::Run run) -> tests::Run {
        if (evaluation::step_kind(program, step) != evaluation::StepKind::weighted) return run;
        const auto weight = static_cast<std::size_t>(step.inputs[1]);
        const auto enough = std::min(least, program.constants[weight].toTensor().size(0));
        return [run, enough](std::vector<c10::IValue> inputs) {
            const auto outputs = inputs.at(1).toTensor().size(0);
            auto results = run(std::move(inputs));
            if (outputs < enough) results[0] = results[0].toTensor() + 1e-3;
            return results;
        };
    });
    return network;
}

/// The tiers of each layer; every trial is checked by the reference, and tallied like a whole pass.
std::vector<LayerTiers> tiers_of(const network::Network& network) {
    const auto trials = tests::many_trials(network);
    const auto plan = tests::ample_plan(network, batch);
    evaluation::Settings whole;
    whole.method = evaluation::Method::whole;
    Evaluator resumed(network, {}, plan), reference(network, whole, plan);
    const auto images = tests::block(batch, size);
    const auto found =
        resumed.measure(images, tests::plain_preprocessing(), trials, tests::every(trials));
    EXPECT_EQ(found, reference.measure(images, tests::plain_preprocessing(), trials));
    return resumed.work().layers;
}

std::vector<std::int64_t> widths(const std::vector<LayerTiers>& layers) {
    std::vector<std::int64_t> all;
    for (const auto& layer : layers) all.push_back(layer.block_width);
    return all;
}

TEST(Blocks, AreTakenInLayersOfMoreOutputs) {
    const auto layers = tiers_of(tests::load_model("wide", size));
    std::int64_t blocks = 0;
    for (const auto& layer : layers) {
        EXPECT_EQ(layer.block_width == 0, layer.block == 0);
        blocks += layer.block;
    }
    EXPECT_GT(blocks, 0);
    EXPECT_EQ(layers.back().block_width, 0) << "ten outputs are no more than a block";
}

TEST(Blocks, AreHalfOfTheLayerWhereFewChannelsArentExact) {
    const auto layers = tiers_of(particular(32));
    // stem 40, its batch-norm, left 20, right 36, hidden 48, classify 10
    EXPECT_EQ(widths(layers), (std::vector<std::int64_t>{32, 16, 0, 32, 32, 0}));
    EXPECT_GT(layers[0].block, 0);
    EXPECT_EQ(layers[2].block, 0);
}

TEST(Blocks, AreLeftAloneWhereNoneIsExact) {
    const auto layers = tiers_of(particular(1000));
    EXPECT_EQ(widths(layers), (std::vector<std::int64_t>{0, 16, 0, 0, 0, 0}));
    for (const auto& layer : layers) EXPECT_EQ(layer.block_width == 0, layer.block == 0);
}

TEST(Blocks, DontStartAtParametersOfUnknownShape) {
    // images times a parameter: which channel an element belongs to can't be told.
    network::Program program;
    program.constants.resize(3);
    program.constants[1] = at::ones({1, 40, 1, 1});
    program.weights = {1};
    network::Step step{"aten::mul", {0, 1}, {2}, 0, false, {}};
    EXPECT_EQ(evaluation::step_kind(program, step), evaluation::StepKind::other);
    step.inputs = {0, 0};
    EXPECT_EQ(evaluation::step_kind(program, step), evaluation::StepKind::channelwise);
}

TEST(Blocks, HoldTheirChannelAndEndWithTheLayer) {
    for (const std::int64_t count : {10, 16, 17, 40, 48, 1000}) {
        for (const auto width : evaluation::block_widths(count)) {
            EXPECT_LT(width, count);
            for (std::int64_t channel = 0; channel < count; ++channel) {
                const auto block = evaluation::block_of(channel, count, width);
                EXPECT_EQ(block.count, width);
                EXPECT_GE(block.first, 0);
                EXPECT_LE(block.first, channel);
                EXPECT_GT(block.first + block.count, channel);
                EXPECT_LE(block.first + block.count, count);
            }
        }
    }
    EXPECT_EQ(evaluation::block_widths(16), std::vector<std::int64_t>());
    EXPECT_EQ(evaluation::block_widths(17), std::vector<std::int64_t>{16});
    EXPECT_EQ(evaluation::block_widths(1000), (std::vector<std::int64_t>{16, 512}));
}

}  // namespace
}  // namespace faultline
