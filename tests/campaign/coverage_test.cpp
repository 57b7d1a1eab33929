// In worlds whose truth is known, intervals hold it as often as they say. Few repetitions, so that
// it takes a second; scripts/simulate_coverage.sh makes 1000 of each.

#include <gtest/gtest.h>

#include <cmath>

#include "support/coverage/sample_world.h"
#include "support/coverage/worlds.h"

namespace faultline::campaign {
namespace {

constexpr int repetitions = 200;
// 0.95 minus two deviations of a share of 200 repetitions.
constexpr double least = 0.95 - 0.031;

std::vector<World> worlds() {
    auto worlds = run_worlds();
    worlds.push_back(fresh_images(10));
    worlds.push_back(weighted_strata());
    worlds.push_back(weighted_strata_without_guess());
    return worlds;
}

TEST(Coverage, OfBettingIsNominalForAnyBoundedValues) {
    for (const auto& world : worlds())
        for (const int count : {5, 20, 60})
            EXPECT_GE(simulate(world, betting(), count, repetitions).share, least)
                << world.name << ", " << count;
}

TEST(Coverage, OfTheSampleTestIsNominalHoweverItDraws) {
    for (const auto sampling : {Sampling::plain, Sampling::stratified}) {
        for (const bool allocate : {false, true}) {
            const auto found = simulate_sample({sampling, allocate, 150}, repetitions);
            EXPECT_GE(found.total.share, least) << found.total.world;
            EXPECT_GE(found.top_bit.share, least) << found.top_bit.world;
        }
    }
}

TEST(Coverage, OfASequenceHoldsAtEveryCountAtOnce) {
    for (const auto& world : worlds())
        EXPECT_GE(simulate(world, sequence(), 200, repetitions).share, least) << world.name;
}

TEST(Coverage, OfASequenceSurvivesStoppingWhenItIsNarrow) {
    for (const auto& world : run_worlds()) {
        const Stop stop{.half_width = 0.08, .step = 20, .most = 200};
        EXPECT_GE(simulate(world, sequence(), stop, repetitions).share, least) << world.name;
    }
}

TEST(Coverage, OfStudentIsNominalForNearlyNormalValuesOnly) {
    EXPECT_GE(simulate(near_one_value(), student(), 20, repetitions).share, least);
    EXPECT_LT(simulate(dead_runs(0.02), student(), 60, repetitions).share, 0.8);
}

TEST(Coverage, OfAShareIsNominal) {
    for (const double share : {0.005, 0.1, 0.5})
        for (const int count : {5, 60})
            EXPECT_GE(simulate(ones(share), exact_share(), count, repetitions).share, least)
                << share << ", " << count;
}

TEST(Coverage, OverImagesIsNominalByTheScoreAndNotByTheNormalInterval) {
    const auto few = changed_images(0.0005, 0), many = changed_images(0.02, 0.005);
    EXPECT_GE(simulate(few, image_score(), 500, repetitions).share, least);
    EXPECT_GE(simulate(many, image_score(), 500, repetitions).share, least);
    EXPECT_GE(simulate(many, normal_image(), 500, repetitions).share, least);
    EXPECT_LT(simulate(few, normal_image(), 500, repetitions).share, 0.5);
}

TEST(Coverage, OfTheWorldsTheirTruthIsTheMean) {
    constexpr int count = 20'000;
    for (const auto& world : worlds()) {
        Draws draws(7, 1);
        const auto spread = distribution(world.values(draws, count));
        EXPECT_NEAR(spread.mean, world.truth, 4 * spread.deviation / std::sqrt(count))
            << world.name;
        EXPECT_GE(spread.minimum, world.bounds.low) << world.name;
        EXPECT_LE(spread.maximum, world.bounds.high) << world.name;
    }
}

}  // namespace
}  // namespace faultline::campaign
