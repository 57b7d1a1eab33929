#include <gtest/gtest.h>

#include <faultline/campaign/summary.h>

#include "small_network.h"

namespace faultline::campaign {
namespace {

using evaluation::Tally;

constexpr Tally golden = {.images = 100, .top1 = 80, .top5 = 95, .masked = 100};

/// `lost` of golden's right answers went wrong, `gained` of its wrong ones came right.
Tally tally(std::int64_t lost, std::int64_t gained = 0) {
    return {.images = 100,
            .top1 = 80 - lost + gained,
            .top5 = 95 - lost,
            .masked = 100 - lost - gained,
            .sdc1 = lost + gained,
            .critical = lost};
}

Outcome outcome_of(const std::vector<std::vector<Tally>>& runs) {
    Outcome outcome{golden, golden, {}};
    for (const auto& tallies : runs) {
        outcome.runs.push_back({static_cast<int>(outcome.runs.size()), tallies});
    }
    return outcome;
}

Summary full_summary(const std::vector<Tally>& runs, Compat compat = Compat::none) {
    Settings settings;
    settings.errors = {4};
    settings.compat = compat;
    const auto network = small_network();
    std::vector<std::vector<Tally>> all;
    for (const auto& tally : runs) all.push_back({tally});
    return summarize(plan(settings, network), network, outcome_of(all));
}

TEST(Summary, HoldsMeansOverRunsOfSharesOfImages) {
    const auto summary = full_summary({tally(10), tally(30)});
    ASSERT_EQ(summary.points.size(), 1U);
    const auto& statistics = summary.points[0].statistics;
    EXPECT_EQ(summary.points[0].point.key, "full/float32/errors=4");
    EXPECT_DOUBLE_EQ(statistics.top1.mean, 0.6);
    EXPECT_DOUBLE_EQ(statistics.top5.mean, 0.75);
    EXPECT_DOUBLE_EQ(statistics.top1.minimum, 0.5);
    EXPECT_DOUBLE_EQ(statistics.drop.mean, 0.2);
    EXPECT_NEAR(statistics.drop.deviation, 0.1 * std::sqrt(2), 1e-12);
    EXPECT_DOUBLE_EQ(statistics.drop_per_error, 0.05);
    EXPECT_EQ(statistics.outcomes.images, 200);
    EXPECT_EQ(statistics.outcomes.critical, 40);
    EXPECT_TRUE(summary.groups.empty());
}

TEST(Summary, KeepsWhichFaultsAndWhichImagesApart) {
    const auto same = full_summary({tally(20), tally(20), tally(20)}).points[0].statistics;
    EXPECT_EQ(same.drop.deviation, 0);
    EXPECT_DOUBLE_EQ(same.drop_image_deviation, paired_image_deviation(20, 0, 100));
    const auto images = paired_image_interval(20, 0, 100);
    EXPECT_DOUBLE_EQ(same.drop_interval_images.low, images.low);
    EXPECT_DOUBLE_EQ(same.drop_interval_images.high, images.high);
    EXPECT_EQ(same.drop_interval_images.method, "tango");
}

TEST(Summary, CountsImagesThatCameRightAgainstThoseLost) {
    const auto both = full_summary({tally(20, 15)}).points[0].statistics;
    EXPECT_DOUBLE_EQ(both.drop.mean, 0.05);
    EXPECT_DOUBLE_EQ(both.drop_image_deviation, paired_image_deviation(20, 15, 100));
}

TEST(Summary, SeesADropAsTop1FromAbove) {
    const auto some = full_summary({tally(3), tally(4), tally(90)}).points[0].statistics;
    const auto golden = some.top1.mean + some.drop.mean;
    EXPECT_NEAR(some.drop_interval_faults.low, golden - some.top1_interval.high, 1e-12);
    EXPECT_NEAR(some.drop_interval_faults.high, golden - some.top1_interval.low, 1e-12);
    EXPECT_EQ(some.drop_interval_faults.method, "betting");
}

TEST(Summary, CountsDropsOfMoreThanOnePoint) {
    const auto share =
        full_summary({tally(0), tally(1), tally(2), tally(60)}).points[0].statistics.over_one_point;
    EXPECT_EQ(share.count, 2);  // one image of a hundred is one point, not more
    EXPECT_DOUBLE_EQ(share.share, 0.5);
    EXPECT_NEAR(share.interval.low, clopper_pearson(2, 4).low, 1e-12);
}

TEST(Summary, CallsTwiceChanceACollapse) {
    // ten classes: 20 of 100 images
    const auto share =
        full_summary({tally(60), tally(59), tally(80)}).points[0].statistics.collapse;
    EXPECT_EQ(share.count, 2);
}

TEST(Summary, FollowsThePaperInItsDeviation) {
    const std::vector<Tally> runs = {tally(10), tally(30)};
    EXPECT_NEAR(full_summary(runs).points[0].statistics.top1.deviation, 0.1 * std::sqrt(2), 1e-12);
    EXPECT_NEAR(full_summary(runs, Compat::paper).points[0].statistics.top1.deviation, 0.1, 1e-12);
}

TEST(Summary, OfNoErrorsHasNoDropPerError) {
    Settings settings;
    settings.errors = {0, 1};
    const auto network = small_network();
    const auto summary =
        summarize(plan(settings, network), network, outcome_of({{golden, tally(1)}}));
    EXPECT_EQ(summary.points[0].statistics.drop_per_error, 0);
    EXPECT_DOUBLE_EQ(summary.points[1].statistics.drop_per_error, 0.01);
}

Summary layer_summary(const Settings& settings, const std::vector<std::vector<Tally>>& runs) {
    const auto network = small_network();
    return summarize(plan(settings, network), network, outcome_of(runs));
}

TEST(Summary, AveragesTheLayersOfAGroupWithinEachRun) {
    Settings settings;
    settings.test = campaign::Test::layer;
    const auto summary = layer_summary(
        settings, {{tally(10), tally(20), tally(70)}, {tally(0), tally(10), tally(0)}});
    ASSERT_EQ(summary.groups.size(), 1U);  // classify is in no group
    const auto& group = summary.groups[0];
    EXPECT_EQ(group.name, "block");
    EXPECT_EQ(group.key, "group/float32/block");
    EXPECT_EQ(group.layers, (std::vector{0, 1}));
    EXPECT_EQ(group.statistics.top1.count, 2);
    EXPECT_DOUBLE_EQ(group.statistics.top1.minimum, 0.65);
    EXPECT_DOUBLE_EQ(group.statistics.top1.maximum, 0.75);
    EXPECT_DOUBLE_EQ(group.statistics.drop.mean, 0.1);
    EXPECT_DOUBLE_EQ(group.statistics.drop_per_error, 0.1 / 1.5);  // 1 and 2 errors
    EXPECT_EQ(group.statistics.outcomes.images, 400);
}

TEST(Summary, LeavesOutGroupsWithoutAMeasuredLayer) {
    Settings settings;
    settings.test = campaign::Test::layer;
    settings.layers = "classify";
    EXPECT_TRUE(layer_summary(settings, {{tally(1)}}).groups.empty());
    settings.layers = "*second";
    const auto summary = layer_summary(settings, {{tally(1)}});
    ASSERT_EQ(summary.groups.size(), 1U);
    EXPECT_EQ(summary.groups[0].layers, std::vector{1});
    EXPECT_EQ(summary.groups[0].statistics.top1.mean, summary.points[0].statistics.top1.mean);
}

TEST(Summary, OfADeadNetworkIsAResultLikeAnyOther) {
    const Tally dead = {.images = 100, .nonfinite = 100, .critical = 80};
    const auto statistics = full_summary({dead, dead}).points[0].statistics;
    EXPECT_EQ(statistics.top1.mean, 0);
    EXPECT_EQ(statistics.collapse.share, 1);
    EXPECT_EQ(statistics.top1_interval.low, 0);
    EXPECT_LT(statistics.top1_interval.high, 1.0001);
}

}  // namespace
}  // namespace faultline::campaign
