#include <gtest/gtest.h>

#include <faultline/campaign/statistics.h>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

namespace faultline::campaign {
namespace {

TEST(Distribution, OfKnownValuesIsKnown) {
    const std::vector<double> values = {0.4, 0.1, 0.2, 0.3};  // as R's quantile(type = 7) has it
    const auto result = distribution(values);
    EXPECT_EQ(result.count, 4);
    EXPECT_DOUBLE_EQ(result.mean, 0.25);
    EXPECT_DOUBLE_EQ(result.deviation, std::sqrt(0.05 / 3));
    EXPECT_DOUBLE_EQ(result.minimum, 0.1);
    EXPECT_DOUBLE_EQ(result.maximum, 0.4);
    EXPECT_DOUBLE_EQ(result.median, 0.25);
    EXPECT_DOUBLE_EQ(result.quantile_05, 0.115);
    EXPECT_DOUBLE_EQ(result.quantile_25, 0.175);
    EXPECT_DOUBLE_EQ(result.quantile_75, 0.325);
    EXPECT_DOUBLE_EQ(result.quantile_95, 0.385);
    EXPECT_DOUBLE_EQ(distribution(values, Deviation::population).deviation, std::sqrt(0.05 / 4));
}

TEST(Distribution, OfOneValueIsThatValue) {
    for (const auto deviation : {Deviation::sample, Deviation::population}) {
        const auto result = distribution(std::vector{0.3}, deviation);
        EXPECT_EQ(result.mean, 0.3);
        EXPECT_EQ(result.deviation, 0);
        EXPECT_EQ(result.quantile_05, 0.3);
        EXPECT_EQ(result.quantile_95, 0.3);
    }
}

TEST(Distribution, OfEqualValuesHasNoSpreadAtAll) {
    const auto result = distribution(std::vector<double>(60, 0.1));
    EXPECT_EQ(result.mean, 0.1);
    EXPECT_EQ(result.deviation, 0);
    EXPECT_EQ(result.median, 0.1);
}

TEST(Distribution, DoesNotDependOnTheOrder) {
    std::mt19937 random(1);
    std::vector<double> values(37);
    for (auto& value : values) value = std::uniform_real_distribution()(random);
    const auto before = distribution(values);
    std::shuffle(values.begin(), values.end(), random);
    const auto after = distribution(values);
    EXPECT_EQ(before.mean, after.mean);
    EXPECT_EQ(before.deviation, after.deviation);
}

TEST(ClopperPearson, AgreesWithKnownValues) {
    EXPECT_NEAR(clopper_pearson(0, 60).high, 0.0596, 0.00005);  // 1 - 0.025^(1/60)
    EXPECT_DOUBLE_EQ(clopper_pearson(0, 60).low, 0);
    EXPECT_NEAR(clopper_pearson(5, 10).low, 0.1871, 0.00005);  // R: binom.test(5, 10)
    EXPECT_NEAR(clopper_pearson(5, 10).high, 0.8129, 0.00005);
    EXPECT_NEAR(clopper_pearson(1, 20, 0.9).low, 0.00256, 0.000005);
    EXPECT_NEAR(clopper_pearson(0, 60, 0.9).high, 0.0487, 0.00005);  // the one-sided 95 %
}

TEST(ClopperPearson, IsItsOwnMirrorImage) {
    for (std::int64_t hits = 0; hits <= 17; ++hits) {
        const auto here = clopper_pearson(hits, 17), there = clopper_pearson(17 - hits, 17);
        EXPECT_NEAR(here.low, 1 - there.high, 1e-12);
        EXPECT_LE(here.low, static_cast<double>(hits) / 17);
        EXPECT_GE(here.high, static_cast<double>(hits) / 17);
    }
    EXPECT_DOUBLE_EQ(clopper_pearson(17, 17).high, 1);
}

TEST(PairedImageDeviation, IsThatOfTheDifferencesThemselves) {
    std::vector<double> differences(100, 0.0);
    for (std::size_t place = 0; place < 30; ++place) differences[place] = place < 23 ? 1 : -1;
    const auto deviation = distribution(differences, Deviation::population).deviation;
    EXPECT_NEAR(paired_image_deviation(23, 7, 100), deviation / 10, 1e-15);
}

TEST(PairedImageDeviation, IsNoneWhereNothingOrEverythingChanged) {
    EXPECT_EQ(paired_image_deviation(0, 0, 100), 0);
    EXPECT_EQ(paired_image_deviation(100, 0, 100), 0);
}

double mean(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

TEST(BettingInterval, OfOneValueIsEverything) {
    for (const double value : {0.0, 0.5, 1.0}) {
        const auto interval = betting_interval(std::vector{value});
        EXPECT_EQ(interval.low, 0);
        EXPECT_EQ(interval.high, 1);
    }
}

TEST(BettingInterval, OfEqualValuesHoldsThemAndStaysWide) {
    for (const double value : {0.0, 0.3, 1.0}) {
        const auto interval = betting_interval(std::vector<double>(60, value));
        EXPECT_LE(interval.low, value);
        EXPECT_GE(interval.high, value);
        EXPECT_GT(interval.high - interval.low, 0.05);  // sixty equal values prove little
    }
}

TEST(BettingInterval, TurnsWithItsValues) {
    std::mt19937 random(2);
    std::vector<double> values(60), mirrored;
    for (auto& value : values) value = std::pow(std::uniform_real_distribution()(random), 3);
    for (const double value : values) mirrored.push_back(1 - value);
    const auto interval = betting_interval(values), turned = betting_interval(mirrored);
    EXPECT_NEAR(interval.low, 1 - turned.high, 1e-9);
    EXPECT_NEAR(interval.high, 1 - turned.low, 1e-9);
}

TEST(BettingInterval, IsAnIntervalInTheUnitRangeWhateverTheOrder) {
    std::mt19937 random(3);
    for (int repetition = 0; repetition < 300; ++repetition) {
        std::vector<double> values(1 + random() % 80);
        for (auto& value : values) value = random() % 3 == 0 ? 1.0 : 0.01 * double(random() % 3);
        if (repetition % 2 == 0) std::sort(values.begin(), values.end());
        const auto interval = betting_interval(values);
        EXPECT_LE(0, interval.low);
        EXPECT_LE(interval.low, interval.high);
        EXPECT_LE(interval.high, 1);
    }
}

/// How often, of 1000 seeded repetitions with 60 values, the interval misses the true mean.
template <class Draw>
int misses(double truth, Draw draw) {
    std::mt19937 random(4);
    int count = 0;
    for (int repetition = 0; repetition < 1000; ++repetition) {
        std::vector<double> values(60);
        for (auto& value : values) value = draw(random);
        const auto interval = betting_interval(values);
        count += truth < interval.low || truth > interval.high ? 1 : 0;
    }
    return count;
}

TEST(BettingInterval, MissesTheMeanInFewerThanFiveOfAHundred) {
    constexpr int most = 65;  // 50 and two standard deviations
    for (const double share : {0.02, 0.1, 0.5, 0.95}) {
        EXPECT_LE(misses(share, std::bernoulli_distribution(share)), most) << share;
    }
    const auto gamma_share = [](double a, double b) {  // beta(a, b)
        return
            [x = std::gamma_distribution(a), y = std::gamma_distribution(b)](auto& random) mutable {
                const double left = x(random), right = y(random);
                return left / (left + right);
            };
    };
    EXPECT_LE(misses(0.5, gamma_share(0.2, 0.2)), most);
    EXPECT_LE(misses(0.9, gamma_share(9, 1)), most);
    EXPECT_LE(misses(0.01, gamma_share(0.05, 4.95)), most);
}

TEST(BettingInterval, IsMuchNarrowerThanHoeffdingWhereValuesVaryLittle) {
    std::mt19937 random(5);
    std::vector<double> values(60);
    for (auto& value : values) value = std::uniform_real_distribution(0.54, 0.56)(random);
    const auto interval = betting_interval(values);
    const double hoeffding = 2 * std::sqrt(std::log(2 / 0.05) / (2 * 60));
    EXPECT_LT(interval.high - interval.low, 0.5 * hoeffding);
    EXPECT_LT(interval.low, mean(values));
    EXPECT_GT(interval.high, mean(values));
}

TEST(BettingInterval, WidensWithConfidence) {
    std::mt19937 random(6);
    std::vector<double> values(60);
    for (auto& value : values) value = std::uniform_real_distribution()(random);
    const auto less = betting_interval(values, 0.9), more = betting_interval(values, 0.99);
    EXPECT_LT(more.low, less.low);
    EXPECT_GT(more.high, less.high);
    EXPECT_EQ(more.confidence, 0.99);
}

}  // namespace
}  // namespace faultline::campaign
