#include <gtest/gtest.h>

#include <faultline/campaign/guideline.h>

#include <algorithm>

#include "made_up_sample.h"

namespace faultline::campaign {
namespace {

Advice find(const std::vector<Advice>& all, const std::string& protection) {
    const auto found = std::ranges::find(all, protection, &Advice::protection);
    if (found == all.end()) {
        ADD_FAILURE() << "no advice " << protection;
        return {};
    }
    return *found;
}

std::vector<Advice> advised(const Settings& settings, const network::Description& network) {
    auto made = surveyed(settings, network);
    const auto outcome = measured(made, network);
    return guideline(made, network, outcome);
}

/// No trial of it tells what one error does.
std::vector<Advice> of_a_full_test(const network::Description& network) {
    Settings settings;
    settings.errors = {1};
    const auto made = plan(settings, network);
    Outcome outcome;
    outcome.golden_before = outcome.golden_after = golden();
    outcome.runs.push_back({0, {golden()}});
    return guideline(made, network, outcome);
}

/// In Mibit, as the paper has it (GoogLeNet: 6,996,452 weights, 427.0 and 13.3).
TEST(Guideline, CostsWhatThePaperSays) {
    using enum network::Role;
    const auto network = network_of({{"all", {{weight, {6'996'452}}}}});
    const auto all = of_a_full_test(network);
    const auto mibit = [&](const std::string& protection) {
        return static_cast<double>(find(all, protection).added_bits) / (1 << 20);
    };
    EXPECT_NEAR(mibit("tmr"), 427.0, 0.05);
    EXPECT_NEAR(mibit("tmr:bits=30"), 13.3, 0.05);
    EXPECT_EQ(find(all, "secded").added_bits, 7 * 6'996'452ULL);  // (39,32)
    EXPECT_EQ(find(all, "parity").added_bits, 6'996'452ULL);
    EXPECT_EQ(find(all, "none").added_bits, 0U);
}

TEST(Guideline, AddsCheckBitsByTheWidthOfWords) {
    using enum network::Role;
    auto network = network_of({{"all", {{weight, {10}}, {bias, {10}}}}});
    network.tensors[0].format = number::FixedPoint({8, 4});
    network.tensors[1].format = number::FixedPoint({16, 8});
    const auto all = of_a_full_test(network);
    EXPECT_EQ(find(all, "secded").added_bits, 10U * 5 + 10U * 6);  // (13,8) and (22,16)
    EXPECT_EQ(find(all, "tmr").added_bits, 2U * 240);
}

TEST(Guideline, KnowsOfNoDamageWithoutTrialsThatTell) {
    const auto network = small_network();
    for (const auto& advice : of_a_full_test(network)) {
        const bool certain = advice.protection == "tmr" || advice.protection == "secded";
        EXPECT_EQ(advice.critical.has_value(), certain) << advice.protection;
        EXPECT_EQ(advice.basis, certain ? Basis::construction : Basis::none);
    }
}

TEST(Guideline, LeavesWhatIsTrueHoweverItWasDrawn) {
    const auto network = wide_network();
    for (const bool allocated : {false, true}) {
        for (const auto sampling : {Sampling::plain, Sampling::stratified}) {
            auto settings = sample_settings(sampling, 3000);
            settings.allocate = allocated;
            settings.confidence = 0.999;  // of so many intervals, all must hold it
            settle(settings);
            const auto all = advised(settings, network);
            const auto made = surveyed(settings, network);
            const auto none = find(all, "none"), bit = find(all, "tmr:bits=30");
            EXPECT_LE(none.interval->low, truth(made));
            EXPECT_GE(none.interval->high, truth(made));
            EXPECT_EQ(none.basis, Basis::all_trials);
            EXPECT_EQ(*bit.critical, 0);  // all damage is done there
            EXPECT_GT(bit.interval->high, 0);
            EXPECT_LT(bit.interval->high, 31.0 / 32);
            EXPECT_FALSE(find(all, "parity").critical);
        }
    }
}

TEST(Guideline, JudgesChosenLayersByTrialsThatDidNotChoose) {
    const auto network = wide_network();
    const auto settings = sample_settings(Sampling::stratified, 4000);
    const auto all = advised(settings, network);
    const auto made = surveyed(settings, network);
    // The second layer does twice the damage per error, but the first does more than a tenth of
    // all.
    EXPECT_EQ(
        std::ranges::count_if(all, [](const Advice& advice) { return !advice.layers.empty(); }), 0);
    auto lopsided = network_of({{"first", {{network::Role::weight, {2, 4}}}},
                                {"second", {{network::Role::weight, {40, 16}}}}});
    const auto found = find(advised(settings, lopsided), "tmr:layers=second");
    EXPECT_EQ(found.layers, std::vector{1});
    EXPECT_EQ(found.added_bits, 2U * 640 * 32);
    EXPECT_EQ(found.basis, Basis::held_out);
    const auto surveyed_lopsided = surveyed(settings, lopsided);
    double left = 0;
    for (const auto& stratum : surveyed_lopsided.strata->list)
        if (stratum.layer == 0 && stratum.bit == 30 && stratum.direction == Direction::up)
            left += 0.5 * stratum.share;
    EXPECT_LE(found.interval->low, left);
    EXPECT_GE(found.interval->high, left);
}

}  // namespace
}  // namespace faultline::campaign
