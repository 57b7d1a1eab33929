#include <gtest/gtest.h>

#include <faultline/campaign/execute.h>

#include "small_network.h"

namespace faultline::campaign {
namespace {

using evaluation::Tally;
using evaluation::Trial;

/// As if each effect spoilt one of ten images.
std::vector<Tally> measure(std::span<const Trial> trials) {
    std::vector<Trial> all(trials.begin(), trials.end());
    std::vector<Tally> tallies;
    for (std::int32_t place = 0; place < std::ssize(all); ++place) {
        const auto spoilt = std::min<std::int64_t>(10, std::ssize(evaluation::effects(all, place)));
        tallies.push_back({.images = 10,
                           .top1 = 10 - spoilt,
                           .top5 = 10,
                           .masked = 10 - spoilt,
                           .sdc1 = spoilt,
                           .critical = spoilt});
    }
    return tallies;
}

MeasureNext blocks(int count) {
    return [left = count](const campaign::BlockTrials& block) mutable {
        const auto trials = block.trials;
        return left-- > 0 ? measure(trials) : std::vector<Tally>{};
    };
}

Plan small_plan(const network::Description& network) {
    Settings settings;
    settings.runs = 4;
    settings.errors = {0, 2, 5};
    return plan(settings, network);
}

TEST(Execute, MeasuresEveryPointOfEveryRunBetweenTwoGoldens) {
    const auto network = small_network();
    const auto outcome = execute(small_plan(network), network, 0, blocks(1));
    EXPECT_EQ(outcome.golden_before.top1, 10);
    EXPECT_EQ(outcome.golden_after, outcome.golden_before);
    ASSERT_EQ(outcome.runs.size(), 4U);
    for (int run = 0; run < 4; ++run) {
        const auto& record = outcome.runs[static_cast<std::size_t>(run)];
        EXPECT_EQ(record.run, run);
        ASSERT_EQ(record.tallies.size(), 3U);
        EXPECT_EQ(record.tallies[0].top1, 10);
        EXPECT_EQ(record.tallies[1].top1, 8);  // so the parents were shifted with their run
        EXPECT_EQ(record.tallies[2].top1, 5);
    }
}

TEST(Execute, AddsTheTalliesOfAllBlocks) {
    const auto network = small_network();
    const auto once = execute(small_plan(network), network, 0, blocks(1));
    const auto thrice = execute(small_plan(network), network, 0, blocks(3));
    auto sum = once.runs[2].tallies[1];
    sum += once.runs[2].tallies[1];
    sum += once.runs[2].tallies[1];
    EXPECT_EQ(thrice.runs[2].tallies[1], sum);
    EXPECT_EQ(thrice.golden_before.images, 30);
}

TEST(Execute, AsksForTheSameTrialsOnEveryBlock) {
    const auto network = small_network();
    std::vector<std::vector<Trial>> asked;
    execute(small_plan(network), network, 0, [&](const campaign::BlockTrials& block) {
        const auto trials = block.trials;
        asked.emplace_back(trials.begin(), trials.end());
        return asked.size() < 3 ? measure(trials) : std::vector<Tally>{};
    });
    ASSERT_EQ(asked.size(), 3U);
    EXPECT_EQ(asked[0], asked[1]);
    EXPECT_EQ(asked[0].front(), Trial{});
    EXPECT_EQ(asked[0].back(), Trial{});
    EXPECT_EQ(asked[0].size(), 4U * 3U + 2U);
}

/// One block, its tallies changed by `spoil`.
template <class Spoil>
MeasureNext spoilt_block(Spoil spoil) {
    return [spoil, next = blocks(1)](const campaign::BlockTrials& block) mutable {
        auto tallies = next(block);
        if (!tallies.empty()) spoil(tallies);
        return tallies;
    };
}

void lose_a_masked_image(Tally& tally) { tally.masked -= 1, tally.benign += 1; }

TEST(Execute, RefusesAGoldenThatIsNotItselfFromFirstToLast) {
    using Tallies = std::vector<Tally>;
    const auto network = small_network();
    for (const auto spoil :
         {+[](Tallies& tallies) { lose_a_masked_image(tallies.back()); },
          +[](Tallies& tallies) { tallies.back().top5 -= 1; },
          +[](Tallies& tallies) {  // equal counts, but neither is the golden it was compared with
              lose_a_masked_image(tallies.front());
              lose_a_masked_image(tallies.back());
          }}) {
        const auto message = message_of(core::Fault::integrity, [&] {
            execute(small_plan(network), network, 0, spoilt_block(spoil));
        });
        EXPECT_TRUE(says(message, "golden")) << message;
    }
}

TEST(Execute, AcceptsImagesOnWhichGoldenItselfIsNotFinite) {
    const auto network = small_network();
    const auto spoil = [](std::vector<Tally>& tallies) {
        for (auto& tally : tallies) {
            tally.masked -= tally.masked > 0 ? 1 : 0;
            tally.nonfinite += 1;
        }
    };
    const auto outcome = execute(small_plan(network), network, 0, spoilt_block(spoil));
    EXPECT_EQ(outcome.golden_before.nonfinite, 1);
}

TEST(Execute, RefusesAListOfTalliesOfAnotherLength) {
    const auto network = small_network();
    const auto message = message_of(core::Fault::integrity, [&] {
        execute(small_plan(network), network, 0,
                spoilt_block([](std::vector<Tally>& tallies) { tallies.pop_back(); }));
    });
    EXPECT_TRUE(says(message, "14") && says(message, "13")) << message;
}

TEST(Execute, RefusesAnEmptyImageSet) {
    const auto network = small_network();
    EXPECT_NE(
        message_of(core::Fault::input, [&] { execute(small_plan(network), network, 0, blocks(0)); })
            .find("no images were measured"),
        std::string::npos);
}

}  // namespace
}  // namespace faultline::campaign
