// The tests of "nothing changed" against closed forms, counting by hand, and simulated campaigns.

#include <faultline/campaign/significance.h>
#include <gtest/gtest.h>

#include <faultline/core/random.h>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

namespace faultline::campaign {
namespace {

using Counts = std::vector<std::int64_t>;

/// Uniform over [0, count).
std::int64_t draw(std::uint32_t stream, std::uint32_t place, std::uint64_t count) {
    return static_cast<std::int64_t>(
        core::scaled(core::random_words({77, 0, stream, place, 0})[0], count));
}

/// Runs as they are: most lose a little, some everything.
Counts two_humps(std::uint32_t stream, int runs, int collapse_per_cent) {
    Counts counts;
    for (std::uint32_t run = 0; run < static_cast<std::uint32_t>(runs); ++run) {
        const bool dead = draw(stream, 2 * run, 100) < collapse_per_cent;
        counts.push_back(dead ? draw(stream, 2 * run + 1, 20)
                              : 170 + draw(stream, 2 * run + 1, 15));
    }
    return counts;
}

std::int64_t sum(const Counts& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

double flipped_by_hand(const Counts& differences) {
    const auto all = 1U << differences.size();
    int extreme = 0;
    for (unsigned signs = 0; signs < all; ++signs) {
        std::int64_t total = 0;
        for (std::size_t place = 0; place < differences.size(); ++place)
            total += (signs >> place & 1U) != 0 ? differences[place] : -differences[place];
        extreme += std::abs(total) >= std::abs(sum(differences));
    }
    return extreme / static_cast<double>(all);
}

double shared_out_by_hand(const Counts& base, const Counts& changed) {
    auto all = base;
    all.insert(all.end(), changed.begin(), changed.end());
    const auto mean_difference = [&](unsigned chosen) {
        double one = 0, other = 0;
        for (std::size_t place = 0; place < all.size(); ++place)
            ((chosen >> place & 1U) != 0 ? one : other) += static_cast<double>(all[place]);
        return std::abs(one / static_cast<double>(base.size()) -
                        other / static_cast<double>(changed.size()));
    };
    const auto observed = mean_difference((1U << base.size()) - 1);
    int ways = 0, extreme = 0;
    for (unsigned chosen = 0; chosen < 1U << all.size(); ++chosen) {
        if (static_cast<std::size_t>(__builtin_popcount(chosen)) != base.size()) continue;
        ++ways;
        extreme += mean_difference(chosen) >= observed - 1e-9;
    }
    return extreme / static_cast<double>(ways);
}

TEST(SignFlips, AreCountedAsByHand) {
    for (std::uint32_t trial = 0; trial < 200; ++trial) {
        Counts differences;
        const auto count = 1 + draw(trial, 0, 10);
        for (std::uint32_t place = 1; place <= static_cast<std::uint32_t>(count); ++place)
            differences.push_back(draw(trial, place, 41) - 20);
        const auto found = sign_flip_test(differences, {});
        EXPECT_TRUE(found.exact);
        EXPECT_NEAR(found.p, flipped_by_hand(differences), 1e-12);
    }
}

TEST(SignFlips, OfEqualDifferencesAreTwoOfAllSigns) {
    for (int runs = 1; runs <= 60; ++runs) {
        const Counts differences(static_cast<std::size_t>(runs), -7);
        const auto p = sign_flip_test(differences, {}).p;
        EXPECT_NEAR(p, std::ldexp(2.0, -runs), 1e-15) << runs;
        EXPECT_EQ(p, least_sign_flip_p(runs));
    }
}

TEST(SignFlips, MindNeitherRunsWithoutDifferenceNorWhichIsNew) {
    const Counts some = {3, -1, 4, 1, 5}, more = {0, 3, 0, -1, 4, 1, 0, 5};
    const Counts other_way = {-3, 1, -4, -1, -5};
    EXPECT_EQ(sign_flip_test(some, {}).p, sign_flip_test(more, {}).p);
    EXPECT_EQ(sign_flip_test(some, {}).p, sign_flip_test(other_way, {}).p);
    EXPECT_EQ(sign_flip_test(Counts(8, 0), {}).p, 1);
    EXPECT_EQ(sign_flip_test(Counts{}, {}).p, 1);
}

TEST(SignFlips, TooManyToCountAreSampledAndAgree) {
    Counts small;
    for (std::uint32_t run = 0; run < 300; ++run) small.push_back(draw(1, run, 101) - 45);
    auto large = small;
    for (auto& value : large) value *= 1000;  // the same question, but too many sums
    const auto counted = sign_flip_test(small, {}), sampled = sign_flip_test(large, {5, 1});
    EXPECT_TRUE(counted.exact);
    EXPECT_FALSE(sampled.exact);
    EXPECT_GT(counted.p, 1e-4);
    EXPECT_NEAR(sampled.p / counted.p, 1, 0.2);
    EXPECT_EQ(sampled.p, sign_flip_test(large, {5, 1}).p) << "a function of the seed";
}

TEST(Permutations, AreCountedAsByHand) {
    for (std::uint32_t trial = 0; trial < 100; ++trial) {
        Counts base, changed;
        for (std::uint32_t place = 0; place < 1 + draw(trial, 0, 5); ++place)
            base.push_back(draw(trial, 10 + place, 30));
        for (std::uint32_t place = 0; place < 1 + draw(trial, 1, 5); ++place)
            changed.push_back(draw(trial, 20 + place, 30));
        const auto found = permutation_test(base, changed, {});
        EXPECT_TRUE(found.exact);
        EXPECT_NEAR(found.p, shared_out_by_hand(base, changed), 1e-12);
        EXPECT_EQ(found.p, permutation_test(changed, base, {}).p);
    }
}

TEST(Permutations, OfListsThatDoNotOverlapAreTheFewestThereAre) {
    EXPECT_NEAR(permutation_test(Counts{1, 2, 3}, Counts{7, 8, 9}, {}).p, 2.0 / 20, 1e-12);
    EXPECT_NEAR(least_permutation_p(3, 3), 2.0 / 20, 1e-12);
    EXPECT_NEAR(permutation_test(Counts{1}, Counts{7, 8, 9}, {}).p, 1.0 / 4, 1e-12);
    EXPECT_NEAR(least_permutation_p(1, 3), 1.0 / 4, 1e-12);
    EXPECT_EQ(permutation_test(Counts{4, 4}, Counts{4, 4, 4}, {}).p, 1);
    EXPECT_EQ(least_permutation_p(1, 1), 1);
    EXPECT_GE(least_permutation_p(100'000, 100'000), 0);
}

TEST(Permutations, TooManyToCountAreSampledAndAgree) {
    const auto base = two_humps(1, 15, 20), changed = two_humps(2, 15, 40);
    auto large_base = base, large_changed = changed;
    for (auto* list : {&large_base, &large_changed})
        for (auto& value : *list) value *= 1000;
    const auto counted = permutation_test(base, changed, {});
    const auto sampled = permutation_test(large_base, large_changed, {5, 1});
    EXPECT_TRUE(counted.exact);
    EXPECT_FALSE(sampled.exact);
    EXPECT_NEAR(sampled.p / counted.p, 1, 0.2);
}

TEST(Permutations, OfEqualNetworksSeldomRaiseAnAlarm) {
    int alarms = 0;
    for (std::uint32_t trial = 0; trial < 400; ++trial) {
        const auto base = two_humps(100 + 2 * trial, 10, 20);
        const auto changed = two_humps(101 + 2 * trial, 10, 20);
        alarms += permutation_test(base, changed, {1, trial}).p <= 0.05;
    }
    EXPECT_LE(alarms, 33);  // 20 are expected at most; more than 33 come once in 400 times
}

TEST(Permutations, OfMoreCollapsesAreSeen) {
    int seen = 0;
    for (std::uint32_t trial = 0; trial < 40; ++trial) {
        const auto base = two_humps(2000 + 2 * trial, 30, 10);
        const auto changed = two_humps(2001 + 2 * trial, 30, 60);
        seen += permutation_test(base, changed, {1, trial}).p <= 0.05;
    }
    EXPECT_GE(seen, 36);
}

TEST(SignFlips, OfEqualNetworksSeldomRaiseAnAlarm) {
    int alarms = 0;
    for (std::uint32_t trial = 0; trial < 400; ++trial) {
        Counts differences;
        const auto base = two_humps(5000 + 2 * trial, 20, 30);
        const auto changed = two_humps(5001 + 2 * trial, 20, 30);
        for (std::size_t run = 0; run < base.size(); ++run)
            differences.push_back(changed[run] - base[run]);
        alarms += sign_flip_test(differences, {}).p <= 0.05;
    }
    EXPECT_LE(alarms, 33);
}

TEST(SignFlips, SeeASmallChangeBelowLargeNoise) {
    Counts differences;
    const auto base = two_humps(1, 30, 30);
    for (std::uint32_t run = 0; run < base.size(); ++run)
        differences.push_back(-draw(9, run, 4));  // 1.5 of 200 images on average
    EXPECT_LT(sign_flip_test(differences, {}).p, 1e-5);
    auto changed = base;
    for (std::size_t run = 0; run < base.size(); ++run) changed[run] += differences[run];
    EXPECT_GT(permutation_test(base, changed, {}).p, 0.5) << "unpaired it drowns";
}

TEST(McNemar, CountsTheWaysToTossSoManyCoins) {
    EXPECT_EQ(mcnemar_test(0, 0), 1);
    EXPECT_EQ(mcnemar_test(4, 4), 1);
    EXPECT_NEAR(mcnemar_test(1, 5), 2.0 * (1 + 6) / 64, 1e-12);
    EXPECT_NEAR(mcnemar_test(5, 1), 2.0 * (1 + 6) / 64, 1e-12);
    EXPECT_NEAR(mcnemar_test(0, 10), 2.0 / 1024, 1e-12);
}

TEST(McNemar, IsTheSignFlipTestOfImages) {
    for (std::int64_t lost = 0; lost <= 6; ++lost) {
        for (std::int64_t gained = 0; gained <= 6; ++gained) {
            Counts differences(static_cast<std::size_t>(lost), -1);
            differences.insert(differences.end(), static_cast<std::size_t>(gained), 1);
            if (differences.empty()) continue;
            EXPECT_NEAR(mcnemar_test(lost, gained), sign_flip_test(differences, {}).p, 1e-9);
        }
    }
}

TEST(Holm, MultipliesTheSmallestByAllAndTheNextByFewer) {
    const std::vector<double> p = {0.04, 0.01, 0.03};
    const auto adjusted = holm(p);
    EXPECT_NEAR(adjusted[1], 0.03, 1e-15);
    EXPECT_NEAR(adjusted[2], 0.06, 1e-15);
    EXPECT_NEAR(adjusted[0], 0.06, 1e-15) << "not below one with a smaller p";
    EXPECT_TRUE(holm({}).empty());
    EXPECT_EQ(holm(std::vector<double>{0.9, 0.8})[0], 1);
}

TEST(Holm, FindsAtLeastWhatBonferroniFinds) {
    for (std::uint32_t trial = 0; trial < 100; ++trial) {
        std::vector<double> p;
        for (std::uint32_t place = 0; place < 10; ++place)
            p.push_back(static_cast<double>(draw(trial, place, 1000)) / 5000);
        const auto adjusted = holm(p);
        for (std::size_t place = 0; place < p.size(); ++place) {
            EXPECT_GE(adjusted[place], p[place]);
            EXPECT_LE(adjusted[place], std::min(1.0, 10 * p[place]));
        }
    }
}

}  // namespace
}  // namespace faultline::campaign
