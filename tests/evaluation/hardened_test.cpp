// Clipping is operations of the graph like any other: trials are resumed across them, in blocks of
// channels and on fewer images, and every logit is the reference's.

#include <gtest/gtest.h>

#include "small_campaign.h"
#include "support/clipped.h"
#include "support/real_networks.h"

namespace faultline {
namespace {

using evaluation::Evaluator;
using network::Beyond;

constexpr Beyond both[] = {Beyond::bound, Beyond::zero};

network::Network hardened(const network::Network& network, const dataset::Block& block,
                          Beyond beyond) {
    return tests::clipped(
        network, evaluation::normalise(block, tests::plain_preprocessing(), network.device()),
        beyond);
}

/// No trial differs from the reference, and none ends in NaN or Inf.
void expect_exact(const network::Network& network, const dataset::Block& block, int batch) {
    const auto trials = tests::many_trials(network);
    Evaluator evaluator(network, {}, tests::ample_plan(network, batch));
    const auto tallies =
        evaluator.measure(block, tests::plain_preprocessing(), trials, tests::every(trials));
    EXPECT_EQ(tallies.front(), tallies.back());
    EXPECT_EQ(tallies.front().masked, block.count);
    for (const auto& tally : tallies) EXPECT_EQ(tally.nonfinite, 0);
    EXPECT_EQ(evaluator.work().trials_checked, std::ssize(trials) - 1);
}

TEST(Hardened, ResumedTrialsHaveTheReferencesLogits) {
    for (const auto* name : {"plain_traced", "branches_traced", "branches_scripted", "wide"}) {
        const int size = std::string(name) == "plain_traced" ? 8 : 16;
        const auto network = tests::load_model(name, size);
        const auto block = tests::block(29, size);
        for (const auto beyond : both) expect_exact(hardened(network, block, beyond), block, 32);
    }
}

TEST(Hardened, BlocksOfChannelsPassClips) {
    const auto network = tests::load_model("wide", 16);
    const auto block = tests::block(32, 16);
    for (const auto beyond : both) {
        const auto made = hardened(network, block, beyond);
        const std::vector<evaluation::Trial> trials = {
            {evaluation::Trial::golden, {tests::flip(0, 0, 30)}}};
        const auto macs = [&](bool in_blocks) {
            evaluation::Settings settings;
            settings.tiers = {.block = in_blocks, .drop = false, .stack = false};
            Evaluator evaluator(made, settings, tests::ample_plan(made, 32));
            evaluator.measure(block, tests::plain_preprocessing(), trials, {});
            return evaluator.work().macs_done;
        };
        EXPECT_LT(macs(true), macs(false));
    }
}

TEST(RealNetworks, HardenedResumedTrialsHaveTheReferencesLogits) {
    const auto networks = tests::real_networks();
    if (networks.empty()) GTEST_SKIP() << "no networks: ../shared/data is missing";
    constexpr int images = 13, batch = 16;
    for (const auto& real : networks) {
        const auto network = tests::load_real(real);
        const auto block = tests::block(images, real.size);
        for (const auto beyond : both) {
            const auto made = hardened(network, block, beyond);
            const auto count = static_cast<int>(std::ssize(made.description().tensors));
            std::vector<evaluation::Trial> trials = {{evaluation::Trial::golden, {}}};
            for (const int tensor : {0, count / 3, count / 2, count - 1}) {
                for (const auto word : {0x7fc00000U, 0x7f800000U, 0xfe967699U})
                    trials.push_back({evaluation::Trial::golden, {tests::set(tensor, 0, word)}});
            }
            Evaluator evaluator(made, {}, tests::ample_plan(made, batch));
            const auto tallies = evaluator.measure(block, tests::plain_preprocessing(), trials,
                                                   tests::every(trials));
            EXPECT_EQ(tallies.front().masked, images) << real.path;
            for (const auto& tally : tallies) EXPECT_EQ(tally.nonfinite, 0) << real.path;
            EXPECT_EQ(evaluator.work().trials_checked, std::ssize(trials)) << real.path;
        }
    }
}

}  // namespace
}  // namespace faultline
