#include <gtest/gtest.h>

#include <faultline/campaign/statistics.h>
#include <cmath>

namespace faultline::campaign {
namespace {

struct Counts {
    std::int64_t lost;
    std::int64_t gained;
    std::int64_t images;
};

/// Deviations between the counts and a difference, whose likeliest share of gained images is looked
/// for step by step.
double deviations(const Counts& counts, double difference) {
    const auto lost = static_cast<double>(counts.lost), gained = static_cast<double>(counts.gained);
    const auto count = static_cast<double>(counts.images);
    const auto term = [](double times, double share) {
        return times == 0 ? 0 : times * std::log(share);
    };
    double best = -INFINITY, likeliest = 0;
    constexpr int steps = 200'000;
    for (int step = 1; step < steps; ++step) {
        const double share = std::max(0.0, -difference) + static_cast<double>(step) / steps;
        const double same = 1 - difference - 2 * share;
        if (same <= 0) break;
        const double found = term(lost, share + difference) + term(gained, share) +
                             term(count - lost - gained, same);
        if (found > best) likeliest = share;
        best = std::max(best, found);
    }
    const double variance = 2 * likeliest + difference * (1 - difference);
    return (lost - gained - count * difference) / std::sqrt(count * variance);
}

TEST(PairedImageInterval, EndsWhereTheCountsAreTheQuantileAway) {
    for (const auto& counts : {Counts{20, 3, 100}, Counts{12, 2, 50}, Counts{1, 7, 1000}}) {
        const auto interval =
            paired_image_interval(counts.lost, counts.gained, counts.images, 0.95);
        EXPECT_NEAR(deviations(counts, interval.low), 1.959964, 1e-2);
        EXPECT_NEAR(deviations(counts, interval.high), -1.959964, 1e-2);
    }
}

TEST(PairedImageInterval, OfNoChangedImageIsTheScoreIntervalOfNone) {
    const auto interval = paired_image_interval(0, 0, 60);
    const double square = 1.959964 * 1.959964;
    EXPECT_NEAR(interval.high, square / (60 + square), 1e-6);
    EXPECT_NEAR(interval.low, -interval.high, 1e-12);
    EXPECT_EQ(interval.method, "tango");
}

TEST(PairedImageInterval, TurnsWithItsCountsAndHoldsTheDifference) {
    for (const auto& counts : {Counts{0, 5, 9}, Counts{9, 0, 9}, Counts{4, 4, 30}}) {
        const auto here = paired_image_interval(counts.lost, counts.gained, counts.images);
        const auto there = paired_image_interval(counts.gained, counts.lost, counts.images);
        EXPECT_NEAR(here.low, -there.high, 1e-12);
        const auto difference =
            static_cast<double>(counts.lost - counts.gained) / static_cast<double>(counts.images);
        EXPECT_LE(here.low, difference);
        EXPECT_GE(here.high, difference);
        EXPECT_LE(here.high, 1);
    }
}

TEST(PairedImageInterval, IsTheNormalOneWhereManyImagesChanged) {
    const auto interval = paired_image_interval(15'000, 500, 50'000);
    const auto margin = 1.959964 * paired_image_deviation(15'000, 500, 50'000);
    EXPECT_NEAR(interval.low, 0.29 - margin, 2e-4);
    EXPECT_NEAR(interval.high, 0.29 + margin, 2e-4);
}

}  // namespace
}  // namespace faultline::campaign
