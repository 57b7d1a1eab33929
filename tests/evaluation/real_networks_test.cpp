// Resumed evaluation on networks that are too large to ship. Every trial's logits are compared with
// the reference's.

#include <faultline/network/rewrite.h>
#include <gtest/gtest.h>

#include "small_campaign.h"
#include "support/fitting_formats.h"
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

/// Eight bits everywhere, batch-norms folded, ranges from the very images that are measured.
network::Network in_fixed_point(const tests::RealNetwork& real) {
    const auto folded = network::fold_batch_norms(tests::load_real(real));
    const auto seen = evaluation::normalise(tests::block(images, real.size),
                                            tests::plain_preprocessing(), folded.network.device());
    return network::with_formats(folded.network, tests::fitting_formats(folded.network, seen, 8));
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
