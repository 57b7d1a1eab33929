#include <gtest/gtest.h>

#include <faultline/campaign/statistics.h>
#include <algorithm>
#include <random>
#include <vector>

namespace faultline::campaign {
namespace {

std::vector<double> draws(std::size_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::vector<double> values(count);
    for (auto& value : values) value = std::uniform_real_distribution()(random);
    return values;
}

using Method = Interval (*)(std::span<const double>, double, Bounds);
constexpr Method methods[] = {betting_interval, betting_sequence};

TEST(Betting, NamesItsMethod) {
    EXPECT_EQ(betting_interval(draws(9, 1)).method, "betting");
    EXPECT_EQ(betting_sequence(draws(9, 1)).method, "betting-sequence");
}

TEST(Betting, WithinOtherBoundsIsTheSameIntervalStretched) {
    const auto values = draws(60, 2);
    std::vector<double> stretched;
    for (const double value : values) stretched.push_back(-1 + 4 * value);
    for (const auto method : methods) {
        const auto unit = method(values, 0.95, {});
        const auto wide = method(stretched, 0.95, {-1, 3});
        EXPECT_NEAR(wide.low, -1 + 4 * unit.low, 1e-9);
        EXPECT_NEAR(wide.high, -1 + 4 * unit.high, 1e-9);
    }
}

TEST(Betting, TakesValuesThatRoundingPutBesideTheBounds) {
    const std::vector<double> values(30, 0.1 + 0.2);  // above 0.3
    for (const auto method : methods) EXPECT_LE(method(values, 0.95, {0, 0.3}).high, 0.3);
}

TEST(Betting, NeverWidensAsValuesComeToASequence) {
    const auto values = draws(200, 3);
    Interval before{0, 1, "", 0.95};
    for (std::size_t count = 1; count <= values.size(); ++count) {
        const auto now = betting_sequence(std::span(values).first(count));
        EXPECT_GE(now.low, before.low - 1e-12);
        EXPECT_LE(now.high, before.high + 1e-12);
        before = now;
    }
}

TEST(Betting, OfValuesThatNeverVaryIsNearlyAsNarrowAsTheExactIntervalOfAShare) {
    const std::vector<double> none(60, 0.0);
    const auto exact = clopper_pearson(0, 60).high;
    EXPECT_LT(betting_interval(none).high, 1.15 * exact);
    EXPECT_LT(betting_sequence(none).high, 1.35 * exact);
    EXPECT_EQ(betting_interval(none).low, 0);
}

TEST(Betting, PaysForLookingAtEveryCount) {
    const auto values = draws(500, 4);
    const auto once = betting_interval(values), always = betting_sequence(values);
    EXPECT_LT(once.high - once.low, always.high - always.low);
}

}  // namespace
}  // namespace faultline::campaign
