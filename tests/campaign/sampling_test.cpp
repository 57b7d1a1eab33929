#include <gtest/gtest.h>

#include <faultline/campaign/sampling.h>
#include <faultline/campaign/summary.h>
#include <faultline/core/place.h>

#include <bit>
#include <cmath>
#include <map>
#include <numeric>

#include "made_up_sample.h"

namespace faultline::campaign {
namespace {

using core::place;
using evaluation::Tally;

network::Description mixed_network() {
    auto network = wide_network();
    for (auto& tensor : network.tensors)
        tensor.format = number::FixedPoint({tensor.role == network::Role::bias ? 16 : 8, 4});
    return network;
}

const fault::Effect& effect_of(const Plan& plan, const network::Description& network, int run,
                               std::vector<evaluation::Trial>& kept) {
    kept = trials(plan, network, run);
    EXPECT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].added.size(), 1U);
    return kept[0].added[0];
}

TEST(SampleTest, MeetsTheFirstErrorOfAFullTestsRun) {
    const auto network = small_network();
    Settings full;
    full.errors = {1};
    const auto one = plan(full, network);
    const auto sample = plan(sample_settings(Sampling::plain, 20), network);
    EXPECT_EQ(sample.points.front().key, "sample/float32/total");
    for (int run = 0; run < 20; ++run)
        EXPECT_EQ(trials(sample, network, run), trials(one, network, run));
}

TEST(Strata, ShareTheSpaceOutWithoutRest) {
    for (const auto& network : {small_network(), wide_network(), mixed_network()}) {
        const auto made = surveyed(sample_settings(Sampling::stratified, 10), network);
        std::uint64_t sites = 0;
        double share = 0, odds = 0;
        for (std::size_t i = 0; i < made.strata->list.size(); ++i) {
            sites += made.strata->list[i].sites;
            share += made.strata->list[i].share;
            odds += made.strata->odds[i];
            EXPECT_GT(made.strata->list[i].sites, 0U);
        }
        EXPECT_EQ(sites, made.exposed_bits);
        EXPECT_NEAR(share, 1, 1e-12);
        EXPECT_NEAR(odds, 1, 1e-12);
    }
}

TEST(Strata, HoldTheTrialsDrawnInThem) {
    for (const auto& network : {wide_network(), mixed_network()}) {
        for (const auto sampling : {Sampling::plain, Sampling::stratified}) {
            const auto made = surveyed(sample_settings(sampling, 400), network);
            std::vector<evaluation::Trial> kept;
            for (int run = 0; run < 400; ++run) {
                const auto& effect = effect_of(made, network, run, kept);
                const auto& word = std::get<fault::WeightWord>(effect.location);
                const auto& stratum = made.strata->list[drawn(made, network, run).stratum];
                ASSERT_EQ(network.tensors[place(word.tensor)].layer, stratum.layer);
                ASSERT_EQ(std::countr_zero(effect.toggle), stratum.bit);
                ASSERT_EQ((made_up(word) & effect.toggle) != 0,
                          stratum.direction == Direction::down);
            }
        }
    }
}

/// How often each site was drawn, weighted, in units of what its share of the space promises.
TEST(Strata, DrawEverySiteAsOftenAsTheSpaceDoesOnceReweighted) {
    using enum network::Role;
    auto network = network_of({{"one", {{weight, {3, 2}}, {bias, {2}}}}, {"two", {{weight, {4}}}}});
    network.tensors[0].format = network.tensors[2].format = number::FixedPoint({3, 1});
    network.tensors[1].format = number::FixedPoint({5, 1});
    constexpr int runs = 60'000;
    const auto made = surveyed(sample_settings(Sampling::stratified, runs), network);
    std::map<std::tuple<std::int32_t, std::int64_t, int>, double> weights;
    std::vector<evaluation::Trial> kept;
    for (int run = 0; run < runs; ++run) {
        const auto& effect = effect_of(made, network, run, kept);
        const auto& word = std::get<fault::WeightWord>(effect.location);
        weights[{word.tensor, word.element, std::countr_zero(effect.toggle)}] +=
            drawn(made, network, run).weight;
    }
    EXPECT_EQ(weights.size(), 6U * 3 + 2 * 5 + 4 * 3);
    for (const auto& [site, weight] : weights) {
        const auto width = number::bit_count(network.tensors[place(std::get<0>(site))].format);
        EXPECT_NEAR(weight / runs * 12 * width, 1, 0.15);
    }
}

TEST(Strata, FindRareWordsToo) {
    const auto network = wide_network();
    const auto made = surveyed(sample_settings(Sampling::stratified, 20'000), network);
    std::map<std::int64_t, int> met;
    for (int run = 0; run < made.settings.runs; ++run) {
        const auto& stratum = made.strata->list[drawn(made, network, run).stratum];
        if (stratum.layer != 1 || stratum.bit != 30 || stratum.direction != Direction::down)
            continue;
        std::vector<evaluation::Trial> kept;
        const auto& effect = effect_of(made, network, run, kept);
        ++met[std::get<fault::WeightWord>(effect.location).element];
    }
    EXPECT_GE(met.size(), 10U);  // of 640 / 50 in the weights and one in the bias
    for (const auto& [element, count] : met) EXPECT_EQ(element % 50, 7);
}

TEST(SampleSummary, HoldsTheTruthHoweverItWasDrawn) {
    const auto network = wide_network();
    for (const bool allocated : {false, true}) {
        for (const auto sampling : {Sampling::plain, Sampling::stratified}) {
            auto settings = sample_settings(sampling, 3000);
            settings.allocate = allocated;
            settings.confidence = 0.999;  // of four draws, all must hold it
            settle(settings);
            auto made = surveyed(settings, network);
            const auto outcome = measured(made, network);
            const auto summary = summarize(made, network, outcome);
            const auto& total = summary.strata.front();
            EXPECT_EQ(total.key, "sample/float32/total");
            EXPECT_EQ(total.trials, 3000 - pilot(made).count);
            const auto& critical = total.estimates.front();
            EXPECT_LE(critical.interval.low, truth(made));
            EXPECT_GE(critical.interval.high, truth(made));
            EXPECT_NEAR(critical.mean, truth(made), 0.012);
            const auto& point = summary.points.front().statistics;
            EXPECT_NEAR(point.top1.mean, 1 - total.estimates.back().mean, 1e-12);
            EXPECT_NEAR(point.top1_interval.low, 1 - point.drop_interval_faults.high, 1e-12);
            for (const auto& stratum : summary.strata) {
                const auto own = stratum.estimates.front();
                EXPECT_LE(own.interval.low, own.mean + 1e-12) << stratum.key;
                EXPECT_GE(own.interval.high, own.mean - 1e-12) << stratum.key;
            }
        }
    }
}

TEST(SampleSummary, KnowsAStratumAlone) {
    const auto network = wide_network();
    auto made = surveyed(sample_settings(Sampling::stratified, 2000), network);
    const auto summary = summarize(made, network, measured(made, network));
    const auto by_key = [&](const std::string& key) {
        const auto found = std::ranges::find(summary.strata, key, &StratumSummary::key);
        EXPECT_NE(found, summary.strata.end()) << key;
        return *found;
    };
    EXPECT_DOUBLE_EQ(by_key("sample/float32/layer=first/bit=30/0to1").estimates[0].mean, 0.5);
    EXPECT_DOUBLE_EQ(by_key("sample/float32/layer=second/bit=30/0to1").estimates[0].mean, 1);
    EXPECT_DOUBLE_EQ(by_key("sample/float32/bit=30/1to0").estimates[0].mean, 0);
    EXPECT_EQ(by_key("sample/float32/bit=29").estimates[0].mean, 0);
    EXPECT_NEAR(by_key("sample/float32/layer=first").share, 272.0 / 952, 1e-12);
}

TEST(Allocation, GoesWhereOutcomesVaryAndNarrowsTheInterval) {
    const auto network = wide_network();
    auto settings = sample_settings(Sampling::plain, 3000);
    auto plain = surveyed(settings, network);
    const auto wide = summarize(plain, network, measured(plain, network)).strata.front();
    settings.allocate = true;
    settle(settings);
    auto made = surveyed(settings, network);
    const auto narrow = summarize(made, network, measured(made, network)).strata.front();
    const auto width = [](const StratumSummary& stratum) {
        return stratum.estimates[0].interval.high - stratum.estimates[0].interval.low;
    };
    EXPECT_LT(width(narrow), 0.75 * width(wide));
    double odds = 0;
    for (std::size_t i = 0; i < made.strata->list.size(); ++i) {
        const auto& stratum = made.strata->list[i];
        EXPECT_GE(made.strata->allocation->odds[i], 0.75 * stratum.share * (1 - 1e-12));
        if (stratum.bit == 30 && stratum.direction == Direction::up)
            odds += made.strata->allocation->odds[i];
    }
    EXPECT_GT(odds, 0.08);  // 0.03 of the space
}

TEST(Allocation, BiasesNothingHoweverWrongItsGuesses) {
    const auto network = wide_network();
    auto settings = sample_settings(Sampling::plain, 4000);
    settings.allocate = true;
    settle(settings);
    auto made = surveyed(settings, network);
    Outcome outcome;
    outcome.golden_before = outcome.golden_after = golden();
    for (int run = 0; run < settings.runs; ++run) {
        if (run == settings.pilot) {
            allocate(made, network, outcome);
            for (auto& guesses : made.strata->allocation->guesses) guesses.fill(0.3);
        }
        outcome.runs.push_back({run, {tally_of(made, network, run)}});
    }
    const auto total = summarize(made, network, outcome).strata.front().estimates.front();
    EXPECT_LE(total.interval.low, truth(made));
    EXPECT_GE(total.interval.high, truth(made));
    EXPECT_NEAR(total.mean, truth(made), 0.012);
}

TEST(SampleTest, OfSeveralBitsAnErrorKnowsLayersOnly) {
    const auto network = wide_network();
    auto settings = sample_settings(Sampling::plain, 50);
    settings.bits_per_error = 2;
    const auto made = surveyed(settings, network);
    ASSERT_EQ(made.strata->list.size(), 2U);
    EXPECT_FALSE(made.strata->list[0].bit);
    EXPECT_NEAR(made.strata->list[0].share, 272.0 / 952, 1e-12);
    settings.sampling = Sampling::stratified;
    EXPECT_TRUE(says(message_of(core::Fault::usage, [&] { settle(settings); }), "single bits"));
}

TEST(Settle, RefusesWhatTheTestDoesNotRead) {
    const auto refusal = [](auto change) {
        Settings settings;
        change(settings);
        return message_of(core::Fault::usage, [&] { settle(settings); });
    };
    EXPECT_TRUE(says(refusal([](Settings& s) { s.sampling = Sampling::stratified; }), "sampling:"));
    EXPECT_TRUE(says(refusal([](Settings& s) { s.allocate = true; }), "allocate:"));
    EXPECT_TRUE(says(refusal([](Settings& s) { s.max_runs = 5; }), "max_runs"));
    EXPECT_TRUE(says(refusal([](Settings& s) { s.test = campaign::Test::layer, s.rates = {0.1}; }),
                     "rates:"));
    EXPECT_TRUE(says(refusal([](Settings& s) {
                         s.test = campaign::Test::sample, s.allocate = true, s.pilot = 60;
                     }),
                     "pilot: 60"));
}

TEST(Settle, AgainChangesNothing) {
    Settings settings;
    settings.test = campaign::Test::sample;
    settings.allocate = true;
    settings.until_margin = 0.01;
    settings.max_runs = 1000;
    settle(settings);
    EXPECT_EQ(settings.runs, 1000);
    EXPECT_EQ(settings.pilot, 100);
    EXPECT_EQ(settings.round, 50);
    auto again = settings;
    settle(again);
    EXPECT_EQ(again.runs, settings.runs);
    EXPECT_EQ(again.pilot, settings.pilot);
    EXPECT_EQ(again.round, settings.round);
}

}  // namespace
}  // namespace faultline::campaign
