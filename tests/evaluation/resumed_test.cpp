// Whatever shortcut is taken: the same tallies as whole passes, and (every trial is checked) the
// same logits.

#include <ATen/Parallel.h>
#include <faultline/core/error.h>
#include <fmt/format.h>
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
    Evaluator evaluator(network, settings, std::move(plan));
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

class EveryTinyModel : public testing::TestWithParam<tests::TinyModel> {};

TEST_P(EveryTinyModel, AgreesWithWholePassesWhicheverShortcutsAreTaken) {
    const auto& [name, size] = GetParam();
    const auto network = tests::load_model(name, size);
    const auto trials = tests::many_trials(network);
    const auto whole = measure_whole(network, size, trials);
    for (const Tiers& tiers :
         {Tiers{false, false, false}, Tiers{true, false, false}, Tiers{false, true, false},
          Tiers{true, true, false}, Tiers{false, true, true}, Tiers{true, true, true}}) {
        SCOPED_TRACE(
            fmt::format("block {}, drop {}, stack {}", tiers.block, tiers.drop, tiers.stack));
        EXPECT_EQ(measure(network, size, with(tiers), trials, tests::ample_plan(network, batch)),
                  whole);
    }
}

TEST_P(EveryTinyModel, AgreesWithWholePassesHoweverLittleIsKept) {
    const auto& [name, size] = GetParam();
    const auto network = tests::load_model(name, size);
    const auto trials = tests::many_trials(network);
    const auto whole = measure_whole(network, size, trials);
    const auto ample = tests::ample_plan(network, batch);
    for (std::size_t forgotten = 0; forgotten < ample.kept.size(); ++forgotten) {
        if (!ample.kept[forgotten] || static_cast<int>(forgotten) == network.program().output)
            continue;
        auto plan = ample;
        plan.kept[forgotten] = false;
        EXPECT_EQ(measure(network, size, {}, trials, plan), whole)
            << name << " without value " << forgotten;
    }
    auto nothing = ample;
    nothing.kept.assign(ample.kept.size(), false);
    EXPECT_EQ(measure(network, size, {}, trials, nothing), whole) << name;
}

TEST_P(EveryTinyModel, AgreesWithWholePassesInAnOddBatch) {
    const auto& [name, size] = GetParam();
    const auto network = tests::load_model(name, size);
    const auto trials = tests::many_trials(network);
    const auto plan = tests::ample_plan(network, 37);
    const auto odd = tests::block(35, size);
    Evaluator resumed(network, {}, plan), whole(network, whole_passes(), plan);
    EXPECT_EQ(resumed.measure(odd, tests::plain_preprocessing(), trials, tests::every(trials)),
              whole.measure(odd, tests::plain_preprocessing(), trials));
}

INSTANTIATE_TEST_SUITE_P(Resumed, EveryTinyModel, testing::ValuesIn(tests::tiny_models()),
                         [](const auto& model) { return model.param.name; });

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
    Evaluator evaluator(network, {}, tests::ample_plan(network, batch));
    const auto trials = tests::many_trials(network);
    evaluator.measure(tests::block(images, 16), tests::plain_preprocessing(), trials);
    const auto& work = evaluator.work();
    EXPECT_LT(work.macs_done, work.macs_whole / 2);
    EXPECT_EQ(work.trials, std::ssize(trials));
    EXPECT_EQ(work.images, images * std::ssize(trials));
    EXPECT_GT(work.images_dropped, 0);
}

/// Images that are dropped and stacked, of all that trials have.
struct Shortcuts {
    double dropped = 0;
    double stacked = 0;
    std::int64_t blocks = 0;
};

Shortcuts shortcuts_taken(const std::string& name, int size) {
    const auto network = tests::load_model(name, size);
    // Of a low bit in a channel many images don't take notice for long.
    std::vector<Trial> trials;
    const auto& tensors = network.description().tensors;
    for (int tensor = 0; tensor < std::ssize(tensors); ++tensor) {
        const auto count = tensors[static_cast<std::size_t>(tensor)].element_count();
        for (std::int64_t k = 0; k < 24; ++k)
            trials.push_back({Trial::golden, {tests::flip(tensor, k * (count - 1) / 23, 0)}});
    }
    Evaluator evaluator(network, {}, tests::ample_plan(network, batch));
    evaluator.measure(tests::block(images, size), tests::plain_preprocessing(), trials,
                      tests::every(trials));
    const auto& work = evaluator.work();
    Shortcuts taken;
    taken.dropped = static_cast<double>(work.images_dropped) / static_cast<double>(work.images);
    taken.stacked = static_cast<double>(work.images_stacked) / static_cast<double>(work.images);
    for (const auto& layer : work.layers) taken.blocks += layer.block;
    return taken;
}

TEST(Resumed, TakesItsShortcutsWhereTheyAreExact) {
    for (const auto& [name, size] :
         {tests::TinyModel{"branches_scripted", 16}, {"wide", 16}, {"split", 8}, {"tokens", 16}}) {
        const auto taken = shortcuts_taken(name, size);
        EXPECT_GT(taken.dropped, 0.1) << name;
        EXPECT_GT(taken.stacked, 0) << name;
    }
    EXPECT_GT(shortcuts_taken("wide", 16).blocks, 0);
    EXPECT_GT(shortcuts_taken("split", 8).blocks, 0);
    EXPECT_EQ(shortcuts_taken("batch_wide", 8).stacked, 0) << "its images aren't their own";
}

TEST(Resumed, ATrialWithoutFaultsAfterOthersIsMeasuredAgain) {
    const auto network = tests::load_model("branches_scripted", 16);
    auto* word = static_cast<std::uint32_t*>(network.weight(0).data_ptr());
    int finished = 0;
    // Somebody else's flip, which a pass over the memory as it is must see.
    Evaluator watched(network, {}, tests::ample_plan(network, batch), [&] {
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
    Evaluator evaluator(network, {}, tests::ample_plan(network, batch),
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
