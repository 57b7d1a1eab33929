// Resumed evaluation on networks that are too large to ship. Every trial's logits are compared with
// the reference's.

#include <faultline/network/rewrite.h>
#include <faultline/number/range.h>
#include <gtest/gtest.h>

#include <utility>

#include "small_campaign.h"
#include "support/real_networks.h"

namespace faultline {
namespace {

using evaluation::Evaluator;
using evaluation::Trial;

constexpr int batch = 32, images = 29;

/// At the first, the middle and the last layers' tensors and at some on the way (branches, biases,
/// batch-norm): harmless, large, NaN and Inf; alone, in a chain, and many at once.
std::vector<Trial> some_trials(const network::Description& network) {
    constexpr std::uint32_t nan_word = 0x7fc00000, infinity_word = 0x7f800000;
    const auto count = static_cast<int>(std::ssize(network.tensors));
    const auto elements = [&](int tensor) {
        return network.tensors[static_cast<std::size_t>(tensor)].element_count();
    };
    std::vector<Trial> trials = {{Trial::golden, {}}};
    for (const int tensor : {0, 1, count / 3, count / 2, count / 2 + 1, count - 2, count - 1})
        trials.push_back({Trial::golden, {tests::flip(tensor, elements(tensor) / 2, 28)}});
    trials.push_back({Trial::golden, {tests::set(0, 0, nan_word)}});
    trials.push_back({Trial::golden, {tests::set(count / 2, 1, infinity_word)}});
    trials.push_back({Trial::golden, {tests::set(count - 1, 0, nan_word)}});
    std::int32_t parent = Trial::golden;
    for (const int tensor : {count - 2, count / 2, count / 4, count - 1, count / 2, 0}) {
        const auto bit = tensor == 0 ? 30 : 24 + tensor % 3;
        trials.push_back({parent, {tests::flip(tensor, elements(tensor) / 3, bit)}});
        parent = static_cast<std::int32_t>(trials.size() - 1);
    }
    Trial everywhere;
    for (int tensor = 0; tensor < count; ++tensor)
        everywhere.added.push_back(tests::flip(tensor, elements(tensor) - 1, 23));
    trials.push_back(everywhere);
    trials.push_back({Trial::golden, {}});
    return trials;
}

TEST(RealNetworks, ResumedTrialsHaveTheReferencesLogits) {
    const auto networks = tests::real_networks();
    if (networks.empty()) GTEST_SKIP() << "no networks: ../shared/data is missing";
    for (const auto& real : networks) {
        const auto network = tests::load_real(real);
        const auto trials = some_trials(network.description());
        Evaluator evaluator(network, {}, tests::ample_plan(network, batch));
        const auto tallies =
            evaluator.measure(tests::block(images, real.size), tests::plain_preprocessing(), trials,
                              tests::every(trials));
        EXPECT_EQ(tallies.front(), tallies.back()) << real.path;
        EXPECT_EQ(tallies.front().masked, images) << real.path;
        EXPECT_GT(tallies.at(10).nonfinite, 0) << real.path << ": NaN in the last tensor";
        // Golden afterwards isn't compared: it is the reference itself.
        EXPECT_EQ(evaluator.work().trials_checked, std::ssize(trials) - 1);
    }
}

number::FixedPoint fitting(const at::Tensor& values, number::RangeRule rule) {
    return number::fixed_point({8}, values.abs().max().item<float>(), rule);
}

/// Eight bits everywhere, batch-norms folded, ranges from the very images that are measured.
network::Network in_fixed_point(const tests::RealNetwork& real) {
    auto folded = std::move(network::fold_batch_norms(tests::load_real(real)).network);
    const auto& description = folded.description();
    std::vector<network::LayerFormats> formats(description.layers.size());
    for (int i = 0; i < std::ssize(description.tensors); ++i) {
        const auto& tensor = description.tensors[static_cast<std::size_t>(i)];
        auto& own = formats[static_cast<std::size_t>(tensor.layer)];
        (tensor.role == network::Role::bias ? own.biases : own.weights) =
            fitting(folded.weight(i), number::RangeRule::weights);
    }
    const auto state = network::run(
        folded.program(), evaluation::normalise(tests::block(images, real.size),
                                                tests::plain_preprocessing(), folded.device()));
    for (const auto& step : folded.program().steps) {
        if (!step.product) continue;
        const auto at = [&](int value) {
            return fitting(state[static_cast<std::size_t>(value)].toTensor(),
                           number::RangeRule::activations);
        };
        auto& own = formats[static_cast<std::size_t>(step.product->layer)];
        own.inputs = at(step.product->data);
        own.outputs = at(step.outputs[0]);
    }
    return network::with_formats(folded, formats);
}

/// As some_trials, in words of eight bits.
std::vector<Trial> some_fixed_trials(const network::Description& network) {
    auto trials = some_trials(network);
    for (auto& trial : trials) {
        for (auto& effect : trial.added) {
            constexpr std::uint32_t word = 0xff, top = 0x80;
            effect.clear &= word;
            effect.set &= word;
            effect.toggle = effect.toggle == 0 ? 0 : effect.toggle >= 1U << 28U ? top : top >> 1U;
        }
    }
    return trials;
}

TEST(RealNetworks, InFixedPointResumedTrialsHaveTheReferencesLogits) {
    const auto networks = tests::real_networks();
    if (networks.empty()) GTEST_SKIP() << "no networks: ../shared/data is missing";
    for (const auto& real : networks) {
        const auto network = in_fixed_point(real);
        EXPECT_EQ(network.description().format(), "fixed8");
        const auto trials = some_fixed_trials(network.description());
        Evaluator evaluator(network, {}, tests::ample_plan(network, batch));
        const auto tallies =
            evaluator.measure(tests::block(images, real.size), tests::plain_preprocessing(), trials,
                              tests::every(trials));
        EXPECT_EQ(tallies.front(), tallies.back()) << real.path;
        EXPECT_LT(tallies.at(trials.size() - 2).masked, images) << real.path;
        EXPECT_EQ(evaluator.work().trials_checked, std::ssize(trials) - 1);
    }
}

}  // namespace
}  // namespace faultline
