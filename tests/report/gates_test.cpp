#include <faultline/report/gates.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <faultline/core/error.h>
#include <algorithm>

#include "sample.h"

namespace faultline::report {
namespace {

using testing::HasSubstr;

std::vector<campaign::Gate> gates(const std::vector<std::string>& expressions) {
    std::vector<campaign::Gate> all;
    for (const auto& expression : expressions)
        all.push_back(campaign::parse_gate(expression, "--gate"));
    return all;
}

core::Json sample_result(campaign::Test test = campaign::Test::indexed) {
    return result(Sample(sample_settings(test)).inputs(), std::string(64, 'a'));
}

/// The only verdict of one gate.
Verdict verdict(const std::string& expression, const core::Json& result) {
    const auto verdicts = judge(gates({expression}), result);
    EXPECT_EQ(verdicts.size(), 1U) << expression;
    return verdicts.front();
}

std::string refusal(const std::string& expression, const core::Json& result) {
    try {
        require_values(judge(gates({expression}), result), result);
    } catch (const core::Error& error) {
        EXPECT_EQ(error.fault(), core::Fault::usage);
        return error.what();
    }
    ADD_FAILURE() << "not refused: " << expression;
    return "";
}

TEST(Gates, ReadEachEndOfEachStatistic) {
    const auto json = sample_result();
    const auto& statistics = json["points"][1]["statistics"];
    const auto observed = [&](const std::string& end) {
        return verdict("indexed/float32/bit=30 " + end + " < 1", json).observed;
    };
    const auto& top1 = statistics["top1"];
    EXPECT_EQ(observed("top1.mean"), top1["mean"]);
    EXPECT_EQ(observed("top1.low"), top1["interval"]["low"]);
    EXPECT_EQ(observed("top1.high"), top1["interval"]["high"]);
    EXPECT_EQ(observed("top1.min"), top1["min"]);
    EXPECT_EQ(observed("top1.max"), top1["max"]);
    EXPECT_EQ(observed("top1.sd"), top1["sd"]);
    EXPECT_EQ(observed("top1.p05"), top1["quantiles"]["p05"]);
    EXPECT_EQ(observed("top1.p50"), top1["quantiles"]["p50"]);
    EXPECT_EQ(observed("top5.mean"), statistics["top5"]["mean"]);
    const auto& drop = statistics["paired_drop"];
    EXPECT_EQ(observed("paired_drop.high"), drop["interval_faults"]["high"]);
    EXPECT_EQ(observed("paired_drop.sd"), drop["fault_sd"]);
    EXPECT_EQ(observed("paired_drop.image_sd"), drop["image_sd"]);
    EXPECT_EQ(observed("drop_per_error.mean"), statistics["drop_per_error"]);
    EXPECT_EQ(observed("collapse.mean"), statistics["collapse"]["share"]);
    EXPECT_EQ(observed("over_one_point.low"), statistics["over_one_point"]["low"]);
    for (const std::string outcome : {"masked", "benign", "sdc1", "sdc5", "nonfinite", "critical"})
        EXPECT_EQ(observed(outcome + ".mean"), statistics["outcomes"][outcome]["share"]);
}

TEST(Gates, ReadStrataToo) {
    auto json = sample_result();
    json["strata"] = {
        {{"key", "sample/float32/layer=conv1/bit=30/0to1"},
         {"statistics",
          {{"critical",
            {{"mean", 0.25}, {"image_sd", 0.1}, {"interval", {{"low", 0.2}, {"high", 0.3}}}}}}}}};
    EXPECT_EQ(verdict("sample/*/bit=30/0to1 critical <= 0.29", json).observed, 0.3);
    EXPECT_FALSE(verdict("sample/*/bit=30/0to1 critical <= 0.29", json).pass);
    EXPECT_TRUE(verdict("sample/*/bit=30/0to1 critical.mean <= 0.29", json).pass);
    EXPECT_EQ(verdict("sample/* critical.image_sd < 1", json).observed, 0.1);
}

TEST(Gates, HoldAtEveryKeyThatTheyCover) {
    const auto json = sample_result();
    const auto all = judge(gates({"indexed/* top1.mean > 0"}), json);
    ASSERT_EQ(all.size(), json["points"].size());
    for (std::size_t place = 0; place < all.size(); ++place)
        EXPECT_EQ(all[place].key, json["points"][place]["key"].get<std::string>());
    EXPECT_TRUE(all_pass(all));
    EXPECT_FALSE(all_pass(judge(gates({"indexed/* top1.mean > 0.79"}), json)))
        << "one of them doesn't";
}

TEST(Gates, CoverGroups) {
    const auto json = sample_result(campaign::Test::layer);
    EXPECT_EQ(verdict("group/float32/fire top1.mean > 0", json).observed,
              json["groups"][0]["statistics"]["top1"]["mean"]);
}

TEST(Gates, PassAtNoKeyOfAnIncompleteCampaign) {
    auto json = sample_result();
    EXPECT_TRUE(verdict("indexed/float32/bit=0 top1.mean > 0", json).pass);
    json["status"]["complete"] = false;
    const auto found = verdict("indexed/float32/bit=0 top1.mean > 0", json);
    EXPECT_FALSE(found.pass);
    EXPECT_THAT(told(found), HasSubstr("but runs are missing"));
    json.erase("status");
    EXPECT_FALSE(verdict("indexed/float32/bit=0 top1.mean > 0", json).pass);
}

TEST(Gates, ThatAreAboutNoKeyAreRefusedNamingThoseNear) {
    const auto json = sample_result();
    EXPECT_THAT(refusal("indexed/float32/bit=33 top1 > 0", json),
                HasSubstr("nothing has the key indexed/float32/bit=33; near it are "
                          "indexed/float32/bit=3"));
    EXPECT_THAT(refusal("nowhere top1 > 0", json), HasSubstr("there are indexed/float32/bit=0, "));
    EXPECT_FALSE(verdict("nowhere top1 > 0", json).pass);
}

TEST(Gates, ThatAreAboutNoValueAreRefusedAndNeverPass) {
    auto json = sample_result();
    EXPECT_THAT(refusal("indexed/float32/bit=30 critical < 1", json),
                HasSubstr("indexed/float32/bit=30 has no interval of critical; say critical.mean"));
    EXPECT_THAT(refusal("indexed/float32/bit=30 top1_change > 0", json),
                HasSubstr("it compares two results"));
    auto& statistics = json["points"][1]["statistics"];
    for (const auto& wrong :
         {core::Json(), core::Json("0.5"), core::Json::array(), core::Json(true)}) {
        statistics["top1"]["mean"] = wrong;
        EXPECT_THAT(refusal("indexed/float32/bit=30 top1.mean < 1", json),
                    HasSubstr("indexed/float32/bit=30 has no top1.mean; what has no value can't"));
        EXPECT_FALSE(verdict("indexed/float32/bit=30 top1.mean < 1", json).pass);
    }
    statistics = "gone";
    EXPECT_FALSE(verdict("indexed/float32/bit=30 top1.mean < 1", json).observed);
}

TEST(Gates, AreRefusedBeforehandWhereTheResultWouldRefuseThem) {
    for (const auto test : {campaign::Test::full, campaign::Test::indexed, campaign::Test::layer}) {
        auto settings = sample_settings(test);
        for (const int runs : {1, 3}) {
            settings.runs = runs;
            const Sample sample(settings);
            const Planned planned{sample.plan, sample.network};
            const auto expected = expected_result({&planned, 1});
            const auto measured = result(sample.inputs(), std::string(64, 'a'));
            for (const std::string end : {"low", "mean", "sd", "image_sd", "p95"}) {
                for (const auto& statistic : campaign::statistic_names()) {
                    const auto asked = gates({"* " + statistic + "." + end + " < 1"});
                    const auto before = judge(asked, expected), after = judge(asked, measured);
                    ASSERT_EQ(before.size(), after.size());
                    for (std::size_t place = 0; place < before.size(); ++place) {
                        EXPECT_EQ(before[place].key, after[place].key);
                        EXPECT_EQ(before[place].observed.has_value(),
                                  after[place].observed.has_value())
                            << *after[place].key << " " << statistic << "." << end;
                    }
                }
            }
        }
    }
}

TEST(Gates, AreToldInTheResult) {
    auto inputs = Sample(sample_settings(campaign::Test::indexed)).inputs();
    const auto without = result(inputs, std::string(64, 'a'));
    EXPECT_EQ(without["gates"], core::Json::array());
    inputs.gates = gates({"indexed/float32/bit=0 top1.mean >= 0.8", "nowhere top1 > 0.25"});
    const auto json = result(inputs, std::string(64, 'a'));
    EXPECT_EQ(json["gates"][0],
              core::Json({{"expression", "indexed/float32/bit=0 top1.mean >= 0.8"},
                          {"key", "indexed/float32/bit=0"},
                          {"observed", 0.8},
                          {"bound", 0.8},
                          {"pass", true}}));
    EXPECT_EQ(json["gates"][1], core::Json({{"expression", "nowhere top1 > 0.25"},
                                            {"key", nullptr},
                                            {"observed", nullptr},
                                            {"bound", 0.25},
                                            {"pass", false}}));
    EXPECT_EQ(json["identity"], without["identity"]) << "gates are no part of what a campaign is";
}

TEST(Gates, AreToldToPeople) {
    const auto json = sample_result();
    EXPECT_EQ(verdicts_text({}), "");
    const auto text =
        verdicts_text(judge(gates({"*/bit=0 top1.mean > 0.5", "*/bit=30 top1.mean > 0.9"}), json));
    EXPECT_THAT(text, testing::StartsWith("gates: 1 of 2 passed\nFAIL indexed/float32/bit=30: "
                                          "top1.mean is 0."));
    EXPECT_THAT(text, HasSubstr("> 0.9 was asked (gate '*/bit=30 top1.mean > 0.9')"));
}

}  // namespace
}  // namespace faultline::report
