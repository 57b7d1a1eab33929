#include <gtest/gtest.h>

#include <faultline/campaign/rounds.h>

#include "small_network.h"

namespace faultline::campaign {
namespace {

TEST(Rounds, MakeAllRuns) {
    Settings settings;
    settings.runs = 60;
    EXPECT_EQ(rounds(settings), (std::vector<Runs>{{0, 60}}));
    settings.until_margin = 0.1;
    settings.round = 25;
    EXPECT_EQ(rounds(settings), (std::vector<Runs>{{0, 25}, {25, 25}, {50, 10}}));
    settings.test = campaign::Test::sample;
    settings.allocate = true;
    settings.pilot = 20;
    EXPECT_EQ(rounds(settings), (std::vector<Runs>{{0, 20}, {20, 25}, {45, 15}}));
    settings.until_margin = 0;
    EXPECT_EQ(rounds(settings), (std::vector<Runs>{{0, 20}, {20, 40}}));
}

/// All runs alike: the interval narrows as 1 / runs.
Outcome steady(int runs) {
    Outcome outcome;
    evaluation::Tally tally;
    tally.images = 100;
    tally.top1 = tally.benign = 100;
    outcome.golden_before = outcome.golden_after = tally;
    for (int run = 0; run < runs; ++run) outcome.runs.push_back({run, {tally}});
    return outcome;
}

TEST(Rounds, EndOnceTheWidestMarginIsReached) {
    Settings settings;
    settings.errors = {3};
    settings.runs = 1000;
    settings.until_margin = 0.05;
    settings.round = 10;
    const auto network = small_network();
    const auto made = plan(settings, network);
    EXPECT_FALSE(reached(made, network, steady(10)));
    EXPECT_TRUE(reached(made, network, steady(200)));
    const auto summary = summarize(made, network, steady(200));
    EXPECT_EQ(summary.points.front().statistics.top1_interval.method, "betting-sequence");
    EXPECT_LE(widest_margin(summary), 0.05);
    settings.until_margin = 0;
    EXPECT_FALSE(reached(plan(settings, network), network, steady(200)));
}

}  // namespace
}  // namespace faultline::campaign
