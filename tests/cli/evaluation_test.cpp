#include "world.h"

namespace faultline::cli {
namespace {

using testing::HasSubstr;

/// `test` on 40 images in blocks of 32.
Words campaign(const std::string& test, const fs::path& output) {
    return Words{"run"} + demo() + Words{"--test",   test,      "--runs",      "2",
                                         "--first",  "40",      "--batch",     "32",
                                         "--errors", "0-6",     "--positions", "4",
                                         "--bits",   "0,24,30", "--output",    output.string()};
}

class Evaluation : public testing::TestWithParam<std::string> {
 protected:
    const TemporaryFolder folder;

    core::Json measured(const std::string& name, const Words& flags) const {
        auto words = campaign(GetParam(), folder.path / name) + flags;
        const auto unused = [&](const std::string& test, const std::string& flag) {
            const auto found = std::find(words.begin(), words.end(), flag);
            if (GetParam() != test && found != words.end()) words.erase(found, found + 2);
        };
        unused("full", "--errors");
        unused("indexed", "--positions");
        unused("indexed", "--bits");
        return result_of(words, folder.path / name);
    }
};

TEST_P(Evaluation, ResumedAndWholeGiveTheSameCounts) {
    const auto whole = measured("whole", {"--evaluation", "whole"});
    const auto resumed = measured("resumed", {"--verify", "1"});
    EXPECT_EQ(resumed["runs"], whole["runs"]);
    EXPECT_EQ(resumed["golden"], whole["golden"]);
    EXPECT_EQ(resumed["points"], whole["points"]);
    EXPECT_EQ(resumed["timing"]["formats"][0]["work"]["macs_whole"],
              whole["timing"]["formats"][0]["work"]["macs_whole"]);
    EXPECT_LT(resumed["timing"]["formats"][0]["work"]["macs_done"],
              whole["timing"]["formats"][0]["work"]["macs_done"]);
    EXPECT_EQ(whole["verification"]["trials_checked"], nullptr);
    const auto points = resumed["points"].size(), blocks = std::size_t{2}, runs = std::size_t{2};
    EXPECT_EQ(resumed["verification"]["trials_checked"], points * blocks * runs);
    EXPECT_EQ(resumed["verification"]["differences"], 0);
}

TEST_P(Evaluation, ChecksAtLeastOneTrialOfEachKindOfPoint) {
    const auto result = measured("result", {"--verify", "0"});
    const std::size_t kinds = GetParam() == "full" ? 1 : GetParam() == "indexed" ? 2 : 3;
    EXPECT_EQ(result["verification"]["trials_checked"], kinds);
}

TEST_P(Evaluation, WithLittleMemoryKeepsLessAndCountsTheSame) {
    const auto ample = measured("ample", {});
    EXPECT_EQ(ample["timing"]["formats"][0]["work"]["kept_values"],
              ample["timing"]["formats"][0]["work"]["wanted_values"]);
    const auto used =
        ample["timing"]["formats"][0]["memory"]["expected_bytes"].get<std::int64_t>() -
        2 * ample["timing"]["formats"][0]["memory"]["kept_bytes"].get<std::int64_t>();
    // Tests before this one leave the process larger or smaller: some budget around here is short.
    for (auto budget = used >> 20; budget < (used >> 20) + 400; budget += 2) {
        auto words = campaign(GetParam(), folder.path / "short") +
                     Words{"--force", "--memory", std::to_string(budget) + "MiB"};
        const auto said = faultline(words);
        if (said.code != 0) continue;
        if (said.err.find("values are kept") == std::string::npos) break;
        const auto result = read_json(folder.path / "short" / "result.json");
        EXPECT_LT(result["timing"]["formats"][0]["work"]["kept_values"],
                  result["timing"]["formats"][0]["work"]["wanted_values"]);
        EXPECT_EQ(result["runs"], ample["runs"]);
        return;
    }
    GTEST_SKIP() << "between refusing and keeping all there was no step of 2 MiB";
}

TEST_P(Evaluation, SaysHowEachLayerWasComputed) {
    const auto work = measured("result", {})["timing"]["formats"][0]["work"];
    EXPECT_EQ(work["tiers"], core::Json({"resume", "block", "drop", "stack"}));
    std::int64_t struck = 0;
    for (const auto& layer : work["layers"])
        struck += layer["full"].get<std::int64_t>() + layer["block"].get<std::int64_t>();
    EXPECT_GT(struck, 0);
    const auto plain = measured(
        "plain", {"--no-block", "--no-drop", "--no-stack"})["timing"]["formats"][0]["work"];
    EXPECT_EQ(plain["tiers"], core::Json({"resume"}));
    EXPECT_EQ(plain["images_dropped"], 0);
    for (const auto& layer : plain["layers"]) EXPECT_EQ(layer["block"], 0);
}

INSTANTIATE_TEST_SUITE_P(EachTest, Evaluation, testing::Values("full", "indexed", "layer"),
                         [](const auto& test) { return test.param; });

TEST(Network, ThatCannotBeCutIsMeasuredAndSaidToBeSlow) {
    const TemporaryFolder folder;
    auto words = campaign("full", folder.path / "result");
    std::replace(words.begin(), words.end(), project("configs/demo/signs.pt"),
                 tests::model("control_flow"));
    const auto said = faultline(words);
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_THAT(said.err, HasSubstr("1 of 6 steps can't be cut"));
    EXPECT_THAT(faultline(campaign("full", folder.path / "demo")).err,
                testing::Not(HasSubstr("can't be cut")));
}

TEST(Memory, ThatIsNoSizeOrTooLittleIsRefused) {
    expect_campaign_refused({"--memory", "lots"}, 2, {"memory: \"lots\" is no size", "8GiB"});
    expect_campaign_refused({"--memory", "1MiB"}, 2, {"memory: 1 MiB is too little", "--memory"});
}

}  // namespace
}  // namespace faultline::cli
