#include <gtest/gtest.h>

#include <faultline/campaign/budget.h>
#include <faultline/campaign/sample_size.h>
#include <algorithm>
#include <cmath>

#include "support/coverage/worlds.h"

namespace faultline::campaign {
namespace {

TEST(SampleSize, AgreesWithTheTablesOfItsSource) {
    constexpr std::uint64_t endless = 1ULL << 62U;
    EXPECT_EQ(sample_size(endless, {0.05, 0.95}), 385U);
    EXPECT_EQ(sample_size(endless, {0.01, 0.95}), 9'604U);
    EXPECT_EQ(sample_size(endless, {0.01, 0.99}), 16'590U);
    constexpr std::uint64_t resnet20 = 8'631'104;
    EXPECT_EQ(sample_size(resnet20, {0.05, 0.95}), 385U);
    EXPECT_EQ(sample_size(resnet20, {0.01, 0.95}), 9'594U);
    EXPECT_EQ(sample_size(resnet20, {0.01, 0.99}), 16'558U);
}

TEST(SampleSize, NeverAsksForMoreThanThereIs) {
    for (const std::uint64_t sites : {1, 2, 10, 1000})
        for (const double margin : {1e-9, 0.01, 0.4})
            EXPECT_LE(sample_size(sites, {margin, 0.95}), sites);
    EXPECT_EQ(sample_size(10, {1e-9, 0.95}), 10U);
    EXPECT_LT(sample_size(1'000'000, {0.01, 0.95, 0.01}), 400U);  // rare effects need fewer
}

TEST(Line, GoesThroughBothPoints) {
    const auto found = line({20, 3}, {500, 27});
    EXPECT_DOUBLE_EQ(found.at(20), 3);
    EXPECT_DOUBLE_EQ(found.at(500), 27);
    EXPECT_EQ(line({20, 3}, {500, 2}).each, 0);  // noise: more images can't cost less
    EXPECT_LT(line({20, 1}, {500, 27}).start, 0);
    EXPECT_EQ(line({20, 1}, {500, 27}).at(1), 0);  // never below
    EXPECT_EQ(line({7, 14}, {7, 14}).each, 2);
}

TEST(ExpectedWidth, IsNearThatOfSimulatedRuns) {
    for (const auto& world :
         {dead_runs(0.02), dead_runs(0.3), ones(0.03), near_one_value(), evenly_spread()}) {
        Draws draws(3, 0);
        const auto deviation = distribution(world.values(draws, 20'000)).deviation;
        for (const int runs : {20, 60, 500}) {
            const auto simulated = simulate(world, betting(), runs, 50).mean_width;
            EXPECT_NEAR(expected_width(deviation, runs, 0.95) / simulated, 1, 0.25)
                << world.name << ", " << runs;
        }
    }
}

TEST(Splits, FitTheBudgetAndSpendIt) {
    const Cost cost{{0.1, 0.001}, {0.2, 0.002}};
    for (const auto& split : splits(cost, {0.1, 0.1}, 2000, 600, 0.95)) {
        EXPECT_LE(split.seconds, 600 + 1e-9);
        EXPECT_GE(split.seconds, 600 - 10);
        EXPECT_EQ(split.own, split.images < 2000);
        EXPECT_GT(split.width, 0);
    }
}

TEST(Splits, TakeFewImagesWhereRunsDifferAndAllWhereRunsCostMost) {
    const auto best = [](const Cost& cost, const Scatter& scatter) {
        const auto all = splits(cost, scatter, 2000, 600, 0.95);
        return all[narrowest(all)];
    };
    const auto bimodal = best({{0, 0.001}, {0.01, 0.002}}, {0.15, 0.08});
    EXPECT_LE(bimodal.images, 20);
    EXPECT_TRUE(bimodal.own);
    const auto costly = best({{50, 0}, {1, 0}}, {0.0001, 0.2});  // a set of images costs most
    EXPECT_FALSE(costly.own);
    EXPECT_EQ(costly.images, 2000);
}

TEST(Splits, AreNearTheOptimumOfTheirVariances) {
    // n* = sqrt(images start / (runs each)) where the bounds' term doesn't count.
    const Cost cost{{0.5, 0.001}, {0.5, 0.001}};
    const Scatter scatter{0.05, 0.1};
    const double optimum = std::sqrt(0.1 * 1.0 / (0.05 * 0.002));  // 31.6
    const auto all = splits(cost, scatter, 1'000'000, 1e6, 0.95);
    const auto best = static_cast<double>(all[narrowest(all)].images);
    EXPECT_GT(best, optimum / 2);
    EXPECT_LT(best, optimum * 2);
}

TEST(Splits, AreNoneWhereTheBudgetIsTooSmall) {
    EXPECT_TRUE(splits({{10, 1}, {10, 1}}, {0.1, 0.1}, 100, 5, 0.95).empty());
}

TEST(Splits, OfFreshImagesAreAsWideAsExpected) {
    // The simulated world: a tenth of the runs dead, 10,000 images.
    Draws draws(4, 0);
    const auto runs = distribution(fresh_images(5000).values(draws, 300)).deviation;
    const Scatter scatter{runs * runs, 0.1 * 0.09 + 0.9 * 0.08};
    const Cost cost{{0, 0}, {0, 1}};  // 60 runs on 10 images
    for (const auto& split : splits(cost, scatter, 10'000, 600, 0.95)) {
        if (split.images != 10) continue;
        const auto simulated = simulate(fresh_images(10), betting(), 60, 200).mean_width;
        EXPECT_EQ(split.runs, 60);
        EXPECT_NEAR(split.width / simulated, 1, 0.2);
    }
}

}  // namespace
}  // namespace faultline::campaign
