#include <faultline/campaign/comparison.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace faultline::campaign {
namespace {

using Counts = std::vector<std::int64_t>;

PointPair pair(Counts base, Counts changed, bool paired) {
    return {"full/float32/errors=5", 100, std::move(base), std::move(changed), paired};
}

Counts repeated(Counts counts, int times) {
    Counts all;
    for (int time = 0; time < times; ++time) all.insert(all.end(), counts.begin(), counts.end());
    return all;
}

TEST(Comparison, OfEqualCampaignsFindsNothing) {
    const auto counts = repeated({90, 88, 3}, 10);
    for (const bool paired : {true, false}) {
        const auto found =
            compare({pair(counts, counts, paired)}, {{"float32", 100, 90, 0, 0}}, {});
        EXPECT_EQ(found.points[0].mean, 0);
        EXPECT_EQ(found.points[0].p, 1);
        EXPECT_EQ(found.points[0].finding, Finding::no_evidence);
        EXPECT_LT(found.points[0].interval.low, 0);
        EXPECT_GT(found.points[0].interval.high, 0);
        EXPECT_FALSE(found.has(Finding::worse));
        EXPECT_FALSE(found.least_p);
    }
}

TEST(Comparison, TellsWorseFromBetter) {
    const auto high = repeated({90, 88, 91}, 10), low = repeated({80, 79, 83}, 10);
    for (const bool paired : {true, false}) {
        EXPECT_EQ(compare({pair(high, low, paired)}, {}, {}).points[0].finding, Finding::worse);
        EXPECT_EQ(compare({pair(low, high, paired)}, {}, {}).points[0].finding, Finding::better);
    }
    const auto golden = compare({}, {{"float32", 1000, 900, 450, 50}}, {}).golden[0];
    EXPECT_EQ(golden.finding, Finding::worse);
    EXPECT_EQ(golden.key, "golden/float32");
    EXPECT_NEAR(golden.mean, -0.4, 1e-12);
}

TEST(Comparison, HasIntervalsThatHoldTheChange) {
    const auto base = repeated({90, 50, 10}, 40), changed = repeated({60, 20, 5}, 40);
    for (const bool paired : {true, false}) {
        const auto found = compare({pair(base, changed, paired)}, {}, {}).points[0];
        EXPECT_NEAR(found.mean, found.changed - found.base, 1e-15);
        EXPECT_LT(found.interval.low, found.mean);
        EXPECT_GT(found.interval.high, found.mean);
        EXPECT_GE(found.interval.low, -1);
        EXPECT_LE(found.interval.high, 1);
        EXPECT_EQ(found.interval.confidence, 0.95);
    }
}

TEST(Comparison, CorrectsForTheNumberOfItsTests) {
    const auto base = repeated({90, 88, 91}, 2), changed = repeated({80, 79, 83}, 2);
    const auto alone = compare({pair(base, changed, true)}, {}, {});
    EXPECT_NEAR(alone.points[0].p, 2.0 / 64, 1e-12);
    EXPECT_EQ(alone.points[0].finding, Finding::worse);
    EXPECT_FALSE(alone.least_p);

    const auto beside = compare({pair(base, changed, true), pair(base, base, true)}, {}, {});
    EXPECT_NEAR(beside.points[0].adjusted_p, 4.0 / 64, 1e-12);
    EXPECT_EQ(beside.points[0].finding, Finding::no_evidence);
    EXPECT_NEAR(beside.least_p.value(), 2.0 / 64, 1e-12) << "nothing can be found: it says so";
}

TEST(Comparison, AsksForTheConfidenceThatIsWanted) {
    const auto base = repeated({90, 88, 91}, 2), changed = repeated({80, 79, 83}, 2);
    const auto strict = compare({pair(base, changed, true)}, {}, {.confidence = 0.99});
    EXPECT_EQ(strict.points[0].finding, Finding::no_evidence);
    EXPECT_EQ(strict.points[0].interval.confidence, 0.99);
}

TEST(Comparison, NamesTheTestOfEachPoint) {
    const Counts few = {1, 2, 3};
    const auto found =
        compare({pair(few, few, true), pair(few, few, false)}, {{"fixed8", 3, 1, 0, 0}}, {});
    EXPECT_EQ(found.points[0].test, "sign flips, exact");
    EXPECT_EQ(found.points[1].test, "permutations, exact");
    EXPECT_EQ(found.golden[0].test, "McNemar, exact");
}

}  // namespace
}  // namespace faultline::campaign
