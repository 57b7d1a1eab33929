// Whatever shortcut is taken: the same tallies as whole passes, and (every trial is checked) the
// same logits.

#include <ATen/Parallel.h>
#include <faultline/core/error.h>
#include <gtest/gtest.h>

#include "small_campaign.h"

namespace faultline {
namespace {

using evaluation::Evaluator;
using evaluation::Method;
using evaluation::Settings;
using evaluation::Tally;
using evaluation::Tiers;
using evaluation::Trial;

constexpr int batch = 32, images = 27;  // the last block is rarely full

std::vector<Tally> measure(const network::Network& network, int size, const Settings& settings,
                           const std::vector<Trial>& trials, evaluation::MemoryPlan plan) {
    Evaluator evaluator({network, {}}, settings, std::move(plan));
    // A second block meets the probe's findings of the first.
    auto tallies = evaluator.measure(tests::block(batch, size, 5), tests::plain_preprocessing(),
                                     trials, tests::every(trials));
    const auto second = evaluator.measure(tests::block(images, size), tests::plain_preprocessing(),
                                          trials, tests::every(trials));
    for (std::size_t i = 0; i < tallies.size(); ++i) tallies[i] += second[i];
    return tallies;
}

Settings whole_passes() {
    Settings settings;
    settings.method = Method::whole;
    return settings;
}

Settings with(const Tiers& tiers) {
    Settings settings;
    settings.tiers = tiers;
    return settings;
}

std::vector<Tally> measure_whole(const network::Network& network, int size,
                                 const std::vector<Trial>& trials) {
    return measure(network, size, whole_passes(), trials, tests::ample_plan(network, batch));
}

TEST(Resumed, AgreesWithWholePassesWhicheverShortcutsAreTaken) {
    for (const auto& [name, size] : tests::tiny_models()) {
        const auto network = tests::load_model(name, size);
        const auto trials = tests::many_trials(network);
        const auto whole = measure_whole(network, size, trials);
        for (const Tiers& tiers : {Tiers{false, false, false}, Tiers{true, false, false},
                                   Tiers{false, true, false}, Tiers{true, true, true}}) {
            const auto resumed =
                measure(network, size, with(tiers), trials, tests::ample_plan(network, batch));
            EXPECT_EQ(resumed, whole) << name << ", block " << tiers.block << ", drop "
                                      << tiers.drop << ", stack " << tiers.stack;
        }
    }
}

TEST(Resumed, AgreesWithWholePassesHoweverLittleIsKept) {
    for (const std::string name : {"branches_scripted", "branches_traced", "plain_traced"}) {
        const int size = name[0] == 'p' ? 8 : 16;
        const auto network = tests::load_model(name, size);
        const auto trials = tests::many_trials(network);
        const auto whole = measure_whole(network, size, trials);
        const auto ample = tests::ample_plan(network, batch);
        for (std::size_t forgotten = 0; forgotten < ample.kept.size(); ++forgotten) {
            if (!ample.kept[forgotten] || static_cast<int>(forgotten) == network.program().output) {
                continue;
            }
            auto plan = ample;
            plan.kept[forgotten] = false;
            EXPECT_EQ(measure(network, size, {}, trials, plan), whole)
                << name << " without value " << forgotten;
        }
        auto nothing = ample;
        nothing.kept.assign(ample.kept.size(), false);
        EXPECT_EQ(measure(network, size, {}, trials, nothing), whole) << name;
    }
}

TEST(Resumed, AgreesOnOneThreadAndOnTwo) {
    const auto network = tests::load_model("branches_traced", 16);
    const auto trials = tests::many_trials(network);
    at::set_num_threads(1);
    const auto one = measure(network, 16, {}, trials, tests::ample_plan(network, batch));
    at::set_num_threads(2);
    EXPECT_EQ(measure(network, 16, {}, trials, tests::ample_plan(network, batch)), one);
}

TEST(Resumed, GivesSiblingsOfAChainTheirParentsState) {
    const auto network = tests::load_model("branches_scripted", 16);
    const std::vector<Trial> trials = {{Trial::golden, {tests::flip(0, 3, 30)}},
                                       {0, {tests::flip(2, 1, 25)}},
                                       {0, {tests::flip(4, 1, 26)}},
                                       {1, {tests::flip(2, 2, 24)}},
                                       {2, {tests::flip(0, 3, 30)}},
                                       {0, {}}};
    EXPECT_EQ(measure(network, 16, {}, trials, tests::ample_plan(network, batch)),
              measure_whole(network, 16, trials));
}

TEST(Resumed, DoesLessWorkThanWholePasses) {
    const auto network = tests::load_model("branches_scripted", 16);
    Evaluator evaluator({network, {}}, {}, tests::ample_plan(network, batch));
    const auto trials = tests::many_trials(network);
    evaluator.measure(tests::block(images, 16), tests::plain_preprocessing(), trials);
    const auto& work = evaluator.work();
    EXPECT_LT(work.macs_done, work.macs_whole / 2);
    EXPECT_EQ(work.trials, std::ssize(trials));
    EXPECT_EQ(work.images, images * std::ssize(trials));
    EXPECT_GT(work.images_dropped, 0);
}

TEST(Resumed, ATrialWithoutFaultsAfterOthersIsMeasuredAgain) {
    const auto network = tests::load_model("branches_scripted", 16);
    auto* word = static_cast<std::uint32_t*>(network.weight(0).data_ptr());
    int finished = 0;
    // Somebody else's flip, which a pass over the memory as it is must see.
    Evaluator watched({network, {}}, {}, tests::ample_plan(network, batch), [&] {
        if (++finished == 2) *word ^= 1U << 30;
    });
    const std::vector<Trial> trials = {
        {Trial::golden, {}}, {Trial::golden, {tests::flip(3, 0, 1)}}, {Trial::golden, {}}};
    const auto tallies =
        watched.measure(tests::block(images, 16), tests::plain_preprocessing(), trials);
    EXPECT_EQ(tallies.front().masked, images);
    EXPECT_LT(tallies.back().masked, images);
}

TEST(Resumed, FindsOutWhenASharedStateIsWrong) {
    const auto network = tests::load_model("branches_scripted", 16);
    auto* word = static_cast<std::uint32_t*>(network.weight(0).data_ptr());
    const auto golden = *word;
    // The weights change behind the evaluator's back after the golden pass: what was kept is stale.
    Evaluator evaluator({network, {}}, {}, tests::ample_plan(network, batch),
                        [&] { *word = golden ^ (1U << 30); });
    const int last = static_cast<int>(std::ssize(network.description().tensors)) - 1;
    const std::vector<Trial> trials = {{Trial::golden, {}},
                                       {Trial::golden, {tests::flip(last, 0, 1)}}};
    const std::vector<std::int32_t> checked = {1};
    EXPECT_THROW(
        evaluator.measure(tests::block(images, 16), tests::plain_preprocessing(), trials, checked),
        core::Error);
    *word = golden;
}

}  // namespace
}  // namespace faultline
