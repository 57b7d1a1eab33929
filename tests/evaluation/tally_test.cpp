#include <faultline/evaluation/tally.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

namespace faultline {
namespace {

using evaluation::compare;
using evaluation::Tally;

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();

Tally one(std::vector<float> scores, std::vector<float> golden, std::int32_t label) {
    return compare(scores, golden, std::vector{label});
}

TEST(Tally, CountsAnIdenticalImageAsMasked) {
    const auto tally = one({1, 3, 2}, {1, 3, 2}, 1);
    EXPECT_EQ(tally, (Tally{.images = 1, .top1 = 1, .top5 = 1, .masked = 1}));
}

TEST(Tally, CountsOtherLogitsWithTheSameWinnerAsBenign) {
    const auto tally = one({1, 3.5, 2}, {1, 3, 2}, 0);
    EXPECT_EQ(tally, (Tally{.images = 1, .top1 = 0, .top5 = 1, .benign = 1}));
}

TEST(Tally, CountsAnotherWinnerAsSilentCorruption) {
    const auto tally = one({4, 3, 2}, {1, 3, 2}, 1);
    EXPECT_EQ(tally, (Tally{.images = 1, .top5 = 1, .sdc1 = 1, .critical = 1}));
}

TEST(Tally, CountsAWinnerFromOutsideGoldensTopFiveAsSdc5) {
    EXPECT_EQ(one({2, 9, 4, 5, 6, 7, 8}, {2, 3, 4, 5, 6, 7, 8}, 0).sdc5, 1);  // golden's sixth
    EXPECT_EQ(one({2, 3, 9, 5, 6, 7, 8}, {2, 3, 4, 5, 6, 7, 8}, 0).sdc5, 0);  // golden's fifth
}

TEST(Tally, DecidesNonfiniteFirst) {
    for (const float broken : {nan, infinity, -infinity}) {
        const auto tally = one({1, 3, broken}, {1, 3, 2}, 1);
        EXPECT_EQ(tally, (Tally{.images = 1, .nonfinite = 1, .critical = 1})) << broken;
    }
    EXPECT_EQ(one({nan, 1}, {nan, 1}, 1), (Tally{.images = 1, .nonfinite = 1}));
}

TEST(Tally, ScoresANetworkOfNaNZero) {
    const std::vector<float> golden(2000, 0.5F), scores(2000, nan);
    const auto tally = compare(scores, golden, std::vector<std::int32_t>{0, 999});
    EXPECT_EQ(tally.top1, 0);
    EXPECT_EQ(tally.top5, 0);
    EXPECT_EQ(tally.nonfinite, 2);
}

TEST(Tally, BreaksTiesByTheSmallerClass) {
    EXPECT_EQ(one({2, 2, 1}, {2, 2, 1}, 0).top1, 1);
    EXPECT_EQ(one({2, 2, 1}, {2, 2, 1}, 1).top1, 0);
    EXPECT_EQ(one({0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}, 4).top5, 1);
    EXPECT_EQ(one({0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}, 5).top5, 0);
}

TEST(Tally, TellsZeroFromMinusZero) { EXPECT_EQ(one({0.F, -1}, {-0.F, -1}, 0).benign, 1); }

TEST(Tally, IsNotCriticalWhereGoldenWasWrongAlready) {
    EXPECT_EQ(one({4, 3, 2}, {1, 3, 2}, 2).critical, 0);
    EXPECT_EQ(one({4, 3, 2}, {1, 3, 2}, 0), (Tally{.images = 1, .top1 = 1, .top5 = 1, .sdc1 = 1}));
}

// Random scores with many ties and broken values.
std::vector<float> random_scores(std::mt19937& random, std::size_t count) {
    std::vector<float> scores(count);
    for (auto& score : scores) {
        const auto pick = random() % 64;
        score = pick == 0 ? nan : pick == 1 ? infinity : static_cast<float>(pick % 16);
    }
    return scores;
}

TEST(Tally, PutsEveryImageInExactlyOneOutcome) {
    std::mt19937 random(1);
    for (int round = 0; round < 2000; ++round) {
        const auto golden = random_scores(random, 7);
        const auto scores = round % 5 == 0 ? golden : random_scores(random, 7);
        const auto tally = one(scores, golden, static_cast<std::int32_t>(random() % 7));
        EXPECT_EQ(tally.masked + tally.benign + tally.sdc1 + tally.nonfinite, 1);
        EXPECT_LE(tally.sdc5, tally.sdc1);
        EXPECT_LE(tally.top1, tally.top5);
    }
}

/// Classes from the best to the worst, equal ones in their order.
std::vector<std::int32_t> order_of(const std::vector<float>& scores) {
    std::vector<std::int32_t> order(scores.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, std::greater<>(),
                             [&](std::int32_t c) { return scores[static_cast<std::size_t>(c)]; });
    return order;
}

std::int64_t place_in(const std::vector<std::int32_t>& order, std::int32_t label) {
    return std::ranges::find(order, label) - order.begin();
}

TEST(Tally, RanksFiniteScoresAsAStableSortDoes) {
    std::mt19937 random(3);
    for (int round = 0; round < 2000; ++round) {
        std::vector<float> golden(8), scores(8);
        for (auto& score : golden) score = static_cast<float>(random() % 6);
        for (auto& score : scores) score = static_cast<float>(random() % 6);
        const auto label = static_cast<std::int32_t>(random() % 8);
        const auto before = order_of(golden), after = order_of(scores);
        const auto tally = one(scores, golden, label);
        EXPECT_EQ(tally.top1 == 1, after[0] == label);
        EXPECT_EQ(tally.top5 == 1, place_in(after, label) < 5);
        EXPECT_EQ(tally.sdc1 == 1, after[0] != before[0]);
        EXPECT_EQ(tally.sdc5 == 1, place_in(before, after[0]) >= 5);
        EXPECT_EQ(tally.critical == 1, before[0] == label && after[0] != label);
    }
}

TEST(Tally, OfTwoBlocksAddsToThatOfBoth) {
    std::mt19937 random(2);
    const auto golden = random_scores(random, 400), scores = random_scores(random, 400);
    const std::vector<std::int32_t> labels(40, 3);
    const std::span<const float> s(scores), g(golden);
    const std::span<const std::int32_t> l(labels);
    auto sum = compare(s.first(130), g.first(130), l.first(13));
    sum += compare(s.subspan(130), g.subspan(130), l.subspan(13));
    EXPECT_EQ(sum, compare(s, g, l));
}

}  // namespace
}  // namespace faultline
