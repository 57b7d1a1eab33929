#include <faultline/core/error.h>
#include <faultline/number/range.h>
#include <faultline/quantization/search.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "demo_set.h"

namespace faultline::quantization {
namespace {

using network::Network;
using number::FixedPoint;

constexpr Widths all_float = {Widths::float_bits, Widths::float_bits, Widths::float_bits};

/// The demonstration with batch-norms folded, on a few of its images.
struct World {
    dataset::Dataset images;
    Network network;
    ImageSet set{images, 16, 1};
    Calibration calibration{network, set, measure_ranges(network, set)};

    explicit World(int count)
        : images(tests::demo_images(count)),
          network(std::move(network::fold_batch_norms(tests::demo_network()).network)) {}

    Network quantized(const Widths& widths, const Settings& settings = {}) const {
        return network::with_formats(network, formats(choose(calibration, widths, settings)));
    }
};

TEST(Ranges, AreTheLargestMagnitudesOfAllImages) {
    const World world(40);
    std::vector<Ranges> expected(world.calibration.ranges.size());
    for_each_batch({world.images, 40, 1}, at::kCPU, [&](const at::Tensor& images, auto) {
        const auto state = network::run(world.network.program(), images);
        for (const auto& step : world.network.program().steps) {
            if (!step.product) continue;
            const auto at = [&](int value) {
                return state[static_cast<std::size_t>(value)].toTensor().abs().max().item<float>();
            };
            expected[static_cast<std::size_t>(step.product->layer)] = {at(step.product->data),
                                                                       at(step.outputs[0])};
        }
    });
    // In one batch and in three: sums may differ in last bits.
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(world.calibration.ranges[i].inputs, expected[i].inputs,
                    1e-4F * expected[i].inputs);
        EXPECT_NEAR(world.calibration.ranges[i].outputs, expected[i].outputs,
                    1e-4F * expected[i].outputs);
        EXPECT_GT(expected[i].outputs, 0);
    }
}

TEST(Ranges, NameTheLayerThatIsNotFinite) {
    const World world(10);
    const tests::ScopedWord infinite(world.network.weight(0), 0, 0x7f800000U);
    try {
        measure_ranges(world.network, world.set);
        FAIL();
    } catch (const core::Error& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr(world.network.description().layers[0].name));
    }
}

TEST(Fit, CountsWhatLiesBeyondTheEndsAndWeighsErrors) {
    const FixedPoint format({.bit_count = 4, .fraction_bits = 1});  // -4 to 3.5
    const auto found = fit(at::tensor({0.5F, 0.75F, 3.6F, 3.75F, -4.25F, -5.0F}), format);
    EXPECT_EQ(found.count, 6);
    EXPECT_EQ(found.saturated, 2);  // 3.75 and -5; -4.25 lies half a step beyond, and goes to even
    EXPECT_NEAR(found.error, 0.25 * 0.25 + 0.1 * 0.1 + 0.25 * 0.25 + 0.25 * 0.25 + 1, 1e-6);
    EXPECT_NEAR(found.decibels(), 10 * std::log10(found.signal / found.error), 1e-9);
    EXPECT_TRUE(std::isinf(fit(at::tensor({0.5F}), format).decibels()));
}

TEST(Rounded, IsWhatTheFormatSays) {
    const auto values = tests::images(1, 30).flatten();
    for (const auto encoding :
         {number::Encoding::twos_complement, number::Encoding::sign_magnitude}) {
        for (const int fraction : {-3, 0, 2, 7, 11}) {
            const FixedPoint format({5, fraction, encoding});
            auto expected = values.clone();
            format.quantise(
                {expected.data_ptr<float>(), static_cast<std::size_t>(expected.numel())});
            EXPECT_TRUE(at::equal(rounded(values, format), expected)) << fraction;
        }
    }
}

TEST(Choose, FollowsTheRangeRuleForWeightsBiasesAndActivations) {
    const World world(20);
    const auto choices = choose(world.calibration, {}, {});
    const auto& described = world.network.description();
    for (std::size_t i = 0; i < choices.size(); ++i) {
        const auto& formats = choices[i].formats;
        for (const int place : described.layers[i].tensors) {
            const auto& tensor = described.tensors[static_cast<std::size_t>(place)];
            const auto largest = world.network.weight(place).abs().max().item<float>();
            const auto& format = std::get<FixedPoint>(
                tensor.role == network::Role::weight ? formats.weights : formats.biases);
            EXPECT_EQ(format, number::fixed_point({8}, largest, number::RangeRule::weights));
        }
        EXPECT_EQ(formats.inputs, number::fixed_point({8}, world.calibration.ranges[i].inputs,
                                                      number::RangeRule::activations));
        EXPECT_EQ(choices[i].inputs->count > 0, true);
    }
}

TEST(Choose, LeastErrorIsNeverFurtherOffThanTheRangeRule) {
    const World world(20);
    Settings least;
    least.fraction = FractionRule::least_error;
    for (const int bits : {3, 5, 8}) {
        const Widths widths{bits, bits, bits};
        const auto by_range = choose(world.calibration, widths, {});
        const auto by_error = choose(world.calibration, widths, least);
        for (std::size_t i = 0; i < by_range.size(); ++i) {
            EXPECT_LE(by_error[i].weights->error, by_range[i].weights->error);
            EXPECT_LE(by_error[i].inputs->error, by_range[i].inputs->error);
            EXPECT_LE(by_error[i].outputs->error, by_range[i].outputs->error);
        }
    }
}

TEST(Choose, BiasesTakeTheWeightsFormatOnRequest) {
    const World world(10);
    Settings settings;
    settings.bias_format = BiasFormat::weights;
    for (const auto& choice : choose(world.calibration, {}, settings)) {
        EXPECT_EQ(choice.formats.biases, choice.formats.weights);
    }
}

TEST(Choose, ALayerOfZerosHasAFormat) {
    const World world(10);
    world.network.weight(0).zero_();
    const auto choices = choose(world.calibration, {}, {});
    EXPECT_EQ(std::get<FixedPoint>(choices[0].formats.weights).fraction_bits(), 7);
    EXPECT_EQ(choices[0].weights->saturated, 0);
}

TEST(Accuracy, OfTheFloatNetworkIsItsOwn) {
    const World world(50);
    const auto found = scores(world.network, world.set);
    const auto golden = accuracy(found);
    EXPECT_EQ(golden.images, 50);
    EXPECT_EQ(golden.masked, 50);
    EXPECT_EQ(accuracy(world.quantized(all_float), world.set, found), golden);
    EXPECT_LT(accuracy(world.quantized({2, 2, 2}), world.set, found).top1, golden.top1);
}

TEST(Search, FindsTheNarrowestWidthsWithinTheMargin) {
    const World world(60);
    const auto found = scores(world.network, world.set);
    Settings settings;
    settings.bits = "auto";
    settings.margin = 5;
    const auto search = search_widths(world.calibration, {world.set, found}, settings);
    const auto right = accuracy(found).top1;
    const auto tally = accuracy(world.quantized(search.widths, settings), world.set, found);
    EXPECT_GE(tally.top1, right - 3);  // 5 % of 60
    EXPECT_EQ(search.trials.back().tally, tally);
    EXPECT_NE(search.widths, all_float);
    // Each kind alone at half the width found loses more, or is the narrowest there is.
    auto narrower = all_float;
    narrower.convolution = search.widths.convolution / 2;
    if (narrower.convolution >= 2 && search.widths.convolution < Widths::float_bits) {
        EXPECT_LT(accuracy(world.quantized(narrower, settings), world.set, found).top1, right - 3);
    }
}

TEST(Search, KeepsWidthsThatAreGiven) {
    const World world(20);
    const auto found = scores(world.network, world.set);
    Settings settings;
    settings.bits = "auto";
    settings.convolution_bits = 11;
    EXPECT_EQ(search_widths(world.calibration, {world.set, found}, settings).widths.convolution,
              11);
}

TEST(Sensitivity, QuantizesOneLayerAtATime) {
    const World world(40);
    const auto found = scores(world.network, world.set);
    const auto choices = choose(world.calibration, {3, 3, 3}, {});
    const auto alone = sensitivity(world.network, choices, {world.set, found});
    ASSERT_EQ(alone.size(), choices.size());
    for (std::size_t i = 0; i < alone.size(); ++i) {
        std::vector<network::LayerFormats> one(choices.size());
        one[i] = choices[i].formats;
        EXPECT_EQ(alone[i], accuracy(network::with_formats(world.network, one), world.set, found));
    }
}

TEST(Widths, RefuseWhatThereIsNot) {
    Settings settings;
    for (const auto* bits : {"0", "25", "eight", "8.5", ""}) {
        settings.bits = bits;
        EXPECT_THROW(widths(settings), core::Error) << bits;
    }
    settings.bits = "8";
    settings.activation_bits = 32;
    EXPECT_EQ(widths(settings), (Widths{8, 8, 32}));
}

}  // namespace
}  // namespace faultline::quantization
