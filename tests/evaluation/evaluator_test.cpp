#include <faultline/evaluation/evaluator.h>
#include <gtest/gtest.h>

#include <ATen/Parallel.h>

#include <numeric>
#include <stdexcept>

#include "small_campaign.h"

namespace faultline {
namespace {

using evaluation::Evaluator;
using evaluation::Tally;
using evaluation::Trial;

constexpr int size = 16;

using tests::plain_preprocessing;

dataset::Block block(int count) { return tests::block(count, size); }

Trial trial(std::int32_t parent, std::initializer_list<fault::Site> sites) {
    Trial made{parent, {}};
    for (const auto& site : sites) {
        made.added.push_back(
            fault::effect({fault::WeightWord{site.tensor, site.element}, 1U << site.bit}));
    }
    return made;
}

/// Harmless, harmful and deadly ones; some add to an earlier one.
std::vector<Trial> some_trials() {
    return {trial(Trial::golden, {}),
            trial(Trial::golden, {{0, 3, 30}}),
            trial(1, {{3, 1, 22}}),
            trial(2, {{0, 3, 30}}),
            trial(Trial::golden, {{8, 0, 0}}),
            trial(Trial::golden, {{1, 0, 30}, {1, 1, 30}}),
            trial(Trial::golden, {{16, 4, 31}}),
            trial(Trial::golden, {})};
}

std::vector<Tally> measure(const network::Network& network, const dataset::Block& images,
                           const std::vector<Trial>& trials) {
    return Evaluator(network, {}, tests::ample_plan(network, images.count))
        .measure(images, plain_preprocessing(), trials);
}

TEST(Evaluator, FindsGoldenMasked) {
    const auto network = tests::load_model("branches_scripted", size);
    const auto tally = measure(network, block(7), some_trials()).at(0);
    EXPECT_EQ(tally.images, 7);
    EXPECT_EQ(tally.masked, 7);
}

TEST(Evaluator, LeavesTheWeightsGolden) {
    const auto network = tests::load_model("branches_scripted", size);
    const auto golden = network.weights_sha256();
    const auto tallies = measure(network, block(5), some_trials());
    EXPECT_EQ(network.weights_sha256(), golden);
    EXPECT_EQ(tallies.front(), tallies.back());
    EXPECT_LT(tallies.at(1).masked, 5);
}

TEST(Evaluator, LeavesTheWeightsGoldenWhenItIsStoppedInTheMiddle) {
    const auto network = tests::load_model("branches_scripted", size);
    const auto golden = network.weights_sha256();
    int left = 3;
    Evaluator evaluator(network, {}, tests::ample_plan(network, 5), [&] {
        if (--left == 0) throw std::runtime_error("stop");
    });
    EXPECT_THROW(evaluator.measure(block(5), plain_preprocessing(), some_trials()),
                 std::runtime_error);
    EXPECT_EQ(left, 0);
    EXPECT_EQ(network.weights_sha256(), golden);
}

TEST(Evaluator, LeavesTheWeightsGoldenWhenAForwardPassThrows) {
    const auto network = tests::load_model("plain_scripted", 8);
    const auto golden = network.weights_sha256();
    auto images = block(2);  // 16 x 16 images don't fit the linear layer
    EXPECT_ANY_THROW(measure(network, images, {trial(Trial::golden, {{0, 3, 30}})}));
    EXPECT_EQ(network.weights_sha256(), golden);
}

TEST(Evaluator, GivesATrialTheSameTallyWhateverCameBefore) {
    const auto network = tests::load_model("branches_scripted", size);
    const auto images = block(6);
    const auto all = measure(network, images, some_trials());
    for (const std::size_t alone : {1U, 4U, 5U, 6U}) {
        EXPECT_EQ(measure(network, images, {some_trials()[alone]}).at(0), all[alone]) << alone;
    }
}

TEST(Evaluator, AddsATrialsFaultsToItsParents) {
    const auto network = tests::load_model("branches_scripted", size);
    const auto tallies = measure(network, block(6), some_trials());
    const auto together =
        measure(network, block(6), {trial(Trial::golden, {{0, 3, 30}, {3, 1, 22}})});
    EXPECT_EQ(tallies.at(2), together.at(0));
    // The third of the chain takes the first's flip back.
    EXPECT_EQ(tallies.at(3),
              measure(network, block(6), {trial(Trial::golden, {{3, 1, 22}})}).at(0));
}

TEST(Evaluator, TalliesOfBlocksAddUp) {
    const auto network = tests::load_model("branches_scripted", size);
    const auto whole = block(8);
    const auto bytes = std::size_t{3} * size * size * 4;
    const auto part = [&](int first) {
        dataset::Block made{first, 4, size, size, {}, {}};
        made.pixels = whole.pixels.part(static_cast<std::size_t>(first / 4) * bytes, bytes);
        made.labels.assign(whole.labels.begin() + first, whole.labels.begin() + first + 4);
        return made;
    };
    auto sum = measure(network, part(0), some_trials());
    const auto second = measure(network, part(4), some_trials());
    const auto together = measure(network, whole, some_trials());
    for (std::size_t i = 0; i < sum.size(); ++i) EXPECT_EQ((sum[i] += second[i]), together[i]) << i;
}

TEST(Evaluator, CountsTheSameOnOneThreadAndOnTwo) {
    const auto network = tests::load_model("branches_scripted", size);
    at::set_num_threads(1);
    const auto one = measure(network, block(20), some_trials());
    at::set_num_threads(2);
    EXPECT_EQ(measure(network, block(20), some_trials()), one);
}

TEST(Evaluator, AccountsForItsWork) {
    const auto network = tests::load_model("branches_scripted", size);
    Evaluator evaluator(network, {}, tests::ample_plan(network, 6));
    evaluator.measure(block(6), plain_preprocessing(), some_trials());
    EXPECT_EQ(evaluator.work().trials, 8);
    EXPECT_EQ(evaluator.work().macs_whole, network.description().macs() * 6 * 8);
    EXPECT_EQ(evaluator.work().checks.words_read_back,
              7);  // a child writes only what it adds
    EXPECT_EQ(evaluator.work().checks.words_restored, evaluator.work().checks.words_read_back);
}

}  // namespace
}  // namespace faultline
