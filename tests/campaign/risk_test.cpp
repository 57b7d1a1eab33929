#include <gtest/gtest.h>

#include <faultline/campaign/risk.h>
#include <faultline/core/random.h>
#include <cmath>

namespace faultline::campaign {
namespace {

/// Measured after each of the first `most` errors; below the level from error `deadly` on.
RunSteps dies_at(std::int64_t deadly, std::int64_t most) {
    RunSteps steps;
    for (std::int64_t errors = 1; errors <= most; ++errors)
        steps.push_back({errors, errors >= deadly});
    return steps;
}

TEST(ExpectedErrors, AreRateTimesBitsTimesHours) {
    // 100 FIT/Mbit, ten years, 32 Mbit: 100e-9 * 32 * 87,600.
    EXPECT_DOUBLE_EQ(expected_errors({100, 87'600, 32.0 * (1 << 20)}), 0.28032);
    EXPECT_EQ(expected_errors({0, 87'600, 1e9}), 0);
}

TEST(Risk, OfANetworkThatAnyErrorKillsIsThatOfAnError) {
    const std::vector<RunSteps> runs(60, dies_at(1, 40));
    for (const double expected : {1e-9, 1e-3, 0.1, 2.0}) {
        const auto found = risk(runs, false, expected);
        const double any = -std::expm1(-expected);
        EXPECT_NEAR(found.mean_low / any, 1, 1e-9);
        EXPECT_NEAR(found.mean_high / any, 1, 1e-9);
        EXPECT_LE(found.low, any);
        EXPECT_GE(found.high, any * (1 - 1e-9));
        EXPECT_LE(found.high, any * (1 + 1e-9));  // never more than there are missions with errors
        EXPECT_GE(found.low, 0.9 * any);
    }
}

TEST(Risk, OfOneThatEveryRunDiesOfAtTheSameErrorIsThePoissonTail) {
    const std::vector<RunSteps> runs(60, dies_at(3, 60));
    const double expected = 1.7;
    const double tail = 1 - std::exp(-expected) * (1 + expected + expected * expected / 2);
    const auto found = risk(runs, false, expected);
    EXPECT_NEAR(found.mean_low, tail, 1e-9);
    EXPECT_NEAR(found.mean_high, tail, 1e-9);
    EXPECT_LT(found.low, tail);
    EXPECT_GT(found.high, tail);
}

TEST(Risk, WithoutErrorsIsTheGoldenNetwork) {
    const std::vector<RunSteps> runs(3, dies_at(1, 5));
    EXPECT_EQ(risk(runs, false, 0).high, 0);
    EXPECT_EQ(risk(runs, true, 0).low, 1);
    EXPECT_EQ(risk(runs, false, 0).measured, 1);
}

TEST(Risk, TakesWhatWasNotMeasuredBothWays) {
    const std::vector<RunSteps> runs = {{{1, false}, {4, true}, {9, false}}};
    const double expected = 3;
    const auto mass = [&](int low, int high) {
        double sum = 0;
        for (int n = low; n <= high; ++n)
            sum += std::exp(-expected + n * std::log(expected) - std::lgamma(n + 1));
        return sum;
    };
    const auto found = risk(runs, false, expected);
    const double beyond = 1 - mass(0, 9);
    EXPECT_NEAR(found.mean_low, mass(4, 4), 1e-12);
    EXPECT_NEAR(found.mean_high, mass(2, 8) + beyond, 1e-12);
    EXPECT_NEAR(found.beyond, beyond, 1e-12);
    EXPECT_NEAR(found.between, mass(2, 3) + mass(5, 8), 1e-12);
    EXPECT_NEAR(found.measured + found.between + found.beyond, 1, 1e-12);
}

TEST(Risk, TakesWhatBothNeighboursSayForTheirGap) {
    const std::vector<RunSteps> runs = {{{2, true}, {50, true}}};
    const auto found = risk(runs, true, 3);  // none, 2 and 50 errors: below
    EXPECT_NEAR(found.mean_low, 1, 1e-12);
}

TEST(Risk, IsPracticallyExactWhereErrorsAreTiny) {
    std::vector<RunSteps> runs;  // 2 of 5 first errors are deadly
    for (int run = 0; run < 100; ++run) runs.push_back(dies_at(run % 5 < 2 ? 1 : 10, 3));
    const auto found = risk(runs, false, 1e-12);
    EXPECT_NEAR(found.mean_low / 1e-12, 0.4, 1e-9);
    EXPECT_NEAR(found.mean_high / 1e-12, 0.4, 1e-9);
    EXPECT_GT(found.low, 0.2e-12);
    EXPECT_LT(found.high, 0.6e-12);
}

TEST(Risk, IsUnknownBeyondWhatWasMeasured) {
    const std::vector<RunSteps> runs(60, dies_at(100, 5));
    const auto found = risk(runs, false, 1e6);
    EXPECT_NEAR(found.beyond, 1, 1e-12);
    EXPECT_EQ(found.low, 0);
    EXPECT_EQ(found.high, 1);
}

TEST(Risk, OfRunsThatEndedWhenTheyToldEnoughIsWider) {
    std::vector<RunSteps> runs;
    for (int run = 0; run < 100; ++run) runs.push_back(dies_at(1 + run % 7, 20));
    const auto fixed = risk(runs, false, 3), any = risk(runs, false, 3, {.any_count = true});
    EXPECT_EQ(fixed.method, "betting");
    EXPECT_EQ(any.method, "betting-sequence");
    EXPECT_LT(any.low, fixed.low);
    EXPECT_GT(any.high, fixed.high);
    EXPECT_EQ(any.mean_low, fixed.mean_low);
}

TEST(Risk, HoldsTheTruthAsOftenAsItSays) {
    // Each error kills with probability 0.1; given N errors, the network is dead with 1 - 0.9^N, so
    // that the truth is 1 - exp(-0.1 expected). Measured after 1, 2, 5, 10 and 20 errors.
    const double expected = 4, truth = 1 - std::exp(-0.1 * expected);
    constexpr std::uint32_t repetitions = 400;
    int held = 0;
    for (std::uint32_t repetition = 0; repetition < repetitions; ++repetition) {
        std::vector<RunSteps> runs;
        for (std::uint32_t run = 0; run < 60; ++run) {
            const auto word = core::random_words({.seed = 5, .run = repetition, .draw = run})[0];
            const double uniform = (static_cast<double>(word >> 11U) + 0.5) * 0x1p-53;
            const auto deadly = static_cast<std::int64_t>(1 + std::log(uniform) / std::log(0.9));
            RunSteps steps;
            for (const std::int64_t errors : {1, 2, 5, 10, 20})
                steps.push_back({errors, errors >= deadly});
            runs.push_back(steps);
        }
        const auto found = risk(runs, false, expected);
        held += found.low <= truth && truth <= found.high ? 1 : 0;
        EXPECT_LT(found.high - found.low, 0.5);
    }
    EXPECT_GE(held, 0.928 * repetitions);  // two deviations below 0.95
}

}  // namespace
}  // namespace faultline::campaign
