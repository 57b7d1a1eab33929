// The pass that gradients go through, beside the network that is written.

#include "../../src/quantization/rounded_pass.h"

#include "../../src/quantization/straight_through.h"

#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <utility>

#include "demo_set.h"
#include "support/fitting_formats.h"
#include "support/real_networks.h"

namespace faultline::quantization {
namespace {

using network::Network;

std::vector<at::Tensor> weights_of(const Network& network, bool learn = false) {
    std::vector<at::Tensor> weights;
    for (int i = 0; i < std::ssize(network.description().tensors); ++i)
        weights.push_back(network.weight(i).detach().clone().set_requires_grad(learn));
    return weights;
}

/// Rounding a weight of the graph to zero drops its sign, a product with it may keep one: zeros are
/// equal whatever their sign, NaN equals NaN.
bool same_values(const at::Tensor& left, const at::Tensor& right) {
    return at::allclose(left, right, 0, 0, true);
}

/// Both while gradients are wanted and while they aren't.
void expect_the_written_network(const Network& network, const at::Tensor& images, int bits) {
    const auto formats = tests::fitting_formats(network, images, bits);
    auto spoilt = images.clone();
    spoilt[0].flatten()[0] = std::numeric_limits<float>::quiet_NaN();
    spoilt[1].flatten()[3] = std::numeric_limits<float>::infinity();
    const auto written = network::with_formats(network, formats);
    for (const bool learn : {false, true}) {
        const at::AutoGradMode mode(learn);
        for (const auto& batch : {images, spoilt}) {
            EXPECT_TRUE(
                same_values(rounded_pass(network, weights_of(network, learn), formats, batch),
                            written.forward(batch)))
                << network.description().path << " " << bits << " bits";
        }
    }
}

Network folded(const Network& network) {
    return std::move(network::fold_batch_norms(network).network);
}

TEST(RoundedPass, HasTheScoresOfTheWrittenNetwork) {
    const auto demo = folded(tests::demo_network());
    for (const int bits : {2, 4, 6, 8, 16})
        expect_the_written_network(demo, tests::images(5, 32), bits);
    for (const auto& [name, size] :
         {std::pair("plain_traced", 8), std::pair("branches_traced", 16),
          std::pair("branches_scripted", 16), std::pair("attention", 10)}) {
        expect_the_written_network(folded(tests::load_model(name, size)), tests::images(5, size),
                                   5);
    }
}

TEST(RoundedPass, OnRealNetworksToo) {
    const auto networks = tests::real_networks();
    if (networks.empty()) GTEST_SKIP() << "no networks: ../shared/data is missing";
    for (const auto& real : networks) {
        const auto network = folded(tests::load_real(real));
        for (const int bits : {6, 8})
            expect_the_written_network(network, tests::images(3, real.size).mul(40), bits);
    }
}

/// Of the sum of all scores, with respect to weight tensor `tensor`.
at::Tensor gradient(const Network& network, std::span<const network::LayerFormats> formats,
                    const at::Tensor& images, std::size_t tensor) {
    const auto weights = weights_of(network, true);
    rounded_pass(network, weights, formats, images).square().sum().backward();
    return weights[tensor].grad();
}

TEST(RoundedPass, GradientsGoThroughFineRoundingAsThroughNone) {
    const auto network = folded(tests::demo_network());
    const auto images = tests::images(4, 32);
    const std::vector<network::LayerFormats> none(network.description().layers.size());
    auto fine = tests::fitting_formats(network, images, 20);
    for (auto& layer : fine) {  // one integer bit more: the range rule saturates the top on purpose
        for (auto* format : {&layer.inputs, &layer.outputs}) {
            *format = number::FixedPoint({20, format->value().fraction_bits() - 1});
        }
    }
    for (std::size_t tensor = 0; tensor < network.description().tensors.size(); ++tensor) {
        const auto expected = gradient(network, none, images, tensor);
        EXPECT_GT(expected.abs().max().item<float>(), 0);
        const auto found = gradient(network, fine, images, tensor);
        EXPECT_LT((found - expected).norm().item<float>(), 0.01 * expected.norm().item<float>())
            << network.description().tensors[tensor].name;
    }
}

TEST(RoundedPass, WeightsBeyondTheirFormatGetNoGradient) {
    const auto network = folded(tests::demo_network());
    const auto images = tests::images(4, 32);
    std::vector<network::LayerFormats> formats(network.description().layers.size());
    const auto largest = network.weight(0).abs().max().item<float>();
    const number::FixedPoint narrow =
        number::fixed_point({8}, largest / 3, number::RangeRule::weights);
    formats[0].weights = narrow;
    const auto weights = network.weight(0);
    const auto beyond = weights.ge(narrow.highest() + narrow.step() / 2)
                            .logical_or(weights.lt(narrow.lowest() - narrow.step() / 2));
    ASSERT_GT(beyond.sum().item<int>(), 0);
    ASSERT_LT(beyond.sum().item<int>(), weights.numel());
    const auto found = gradient(network, formats, images, 0);
    EXPECT_EQ(found.masked_select(beyond).count_nonzero().item<int>(), 0);
    EXPECT_GT(found.masked_select(beyond.logical_not()).count_nonzero().item<int>(), 0);
}

TEST(StraightThrough, StochasticRoundingTakesANeighbourAndHasTheNumberAsItsMean) {
    const number::FixedPoint format({8, 3});  // steps of 1/8, -16 to 15.875
    const auto draw = [&](double value, std::uint64_t seed) {
        auto generator = at::globalContext().defaultGenerator(at::kCPU).clone();
        generator.set_current_seed(seed);
        return straight_through(at::full({20000}, value), format, generator).to(at::kDouble);
    };
    for (const double value : {0.3, -0.3, 7.01, -3.99}) {
        const auto found = draw(value, 1);
        const auto below = found.eq(std::floor(value * 8) / 8);
        EXPECT_TRUE(below.logical_or(found.eq(std::ceil(value * 8) / 8)).all().item<bool>());
        // Five standard errors of a mean of 20,000 draws that differ by 1/8.
        EXPECT_NEAR(found.mean().item<double>(), value, 5 * 0.0625 / std::sqrt(20000));
        EXPECT_TRUE(at::equal(found, draw(value, 1)));
        EXPECT_FALSE(at::equal(found, draw(value, 2)));
    }
    for (const double kept : {0.0, 1.125, -16.0, 15.875})
        EXPECT_TRUE(draw(kept, 3).eq(kept).all().item<bool>());
    EXPECT_TRUE(draw(1e9, 3).eq(15.875).all().item<bool>());
    EXPECT_TRUE(draw(-1e9, 3).eq(-16).all().item<bool>());
    EXPECT_TRUE(draw(std::nan(""), 3).isnan().all().item<bool>());
}

}  // namespace
}  // namespace faultline::quantization
