// Protected memories from the command line to the files: what is asked for, what comes out, and
// that a protected campaign is a campaign like any other.

#include <cmath>

#include "world.h"

namespace faultline::cli {
namespace {

using testing::HasSubstr;

Words campaign(const fs::path& output, const std::string& protect, const Words& more = {}) {
    return Words{"run"} + demo() +
           Words{"--protect", protect, "--test",  "full", "--runs",   "6",
                 "--first",   "40",    "--batch", "40",   "--output", output.string()} +
           more;
}

/// Lines of the fault list, field by field; the header first.
std::vector<Words> rows(const fs::path& folder) {
    std::vector<Words> all;
    std::istringstream text(read(folder / "faults.csv"));
    for (std::string line; std::getline(text, line);) {
        std::istringstream fields(line);
        auto& row = all.emplace_back();
        for (std::string field; std::getline(fields, field, ',');) row.push_back(field);
    }
    return all;
}

double top1(const core::Json& point) { return point["statistics"]["top1"]["mean"].get<double>(); }

TEST(Protect, OfEverythingThreeTimesKeepsGoldenAccuracyAtFewErrors) {
    const TemporaryFolder folder;
    const auto result = result_of(campaign(folder.path, "tmr", {"--errors", "10,50"}), folder.path);
    for (const auto& run : result["runs"])
        for (const auto& trial : run["trials"])
            EXPECT_EQ(trial["tally"]["masked"], 40) << trial["key"];
    EXPECT_EQ(result["formats"][0]["exposed_bits"], 31182 * 96);
    const auto& protection = result["fault_model"]["protection"];
    EXPECT_EQ(protection["scheme"], "tmr");
    EXPECT_EQ(protection["memory"][0]["added_bits"], 31182 * 64);
    EXPECT_THAT(result["fault_model"]["weighting"], HasSubstr("copies"));
    const auto list = rows(folder.path);
    EXPECT_EQ(list.size(), 301U);
    EXPECT_EQ(list[0].back(), "hit");
    for (std::size_t row = 1; row < list.size(); ++row) {
        ASSERT_EQ(list[row].size(), 8U);
        EXPECT_EQ(list[row][4], "00000000");
        EXPECT_EQ(list[row][5], list[row][6]);
        EXPECT_EQ(list[row][7].size(), 24U);
    }
    EXPECT_EQ(result["points"][1]["hit_words"]["silent"], 0.0);
    EXPECT_GT(result["points"][1]["hit_words"]["corrected"], 49.0);
}

TEST(Protect, OfTheHighestExponentBitLiftsAccuracy) {
    const TemporaryFolder folder;
    const Words errors = {"--errors", "60", "--runs", "12"};
    const auto bare =
        result_of(campaign(folder.path / "bare", "none", errors), folder.path / "bare");
    const auto guarded = result_of(campaign(folder.path / "guarded", "tmr:bits=30", errors),
                                   folder.path / "guarded");
    EXPECT_GT(top1(guarded["points"][0]), top1(bare["points"][0]) + 0.2);
    EXPECT_EQ(bare["fault_model"]["protection"], "none");
    EXPECT_FALSE(bare["points"][0].contains("hit_words"));
    EXPECT_EQ(rows(folder.path / "bare")[0].back(), "after");
    EXPECT_EQ(guarded["fault_model"]["protection"]["bits"], "30");
}

TEST(Protect, CountsWhatBecameOfHitWords) {
    const TemporaryFolder folder;
    for (const std::string protect : {"secded", "parity"}) {
        const auto output = folder.path / protect;
        const auto result =
            result_of(campaign(output, protect,
                               {"--errors", "300,3000", "--layers", "*", "--tensors", "stem*"}),
                      output);
        for (const auto& run : result["runs"]) {
            const auto& words = run["trials"][1]["hit_words"];
            EXPECT_GT(words["zeroed"], 0);
            EXPECT_GT(words["silent"], 0);
            if (protect == "parity") {
                EXPECT_EQ(words["corrected"], 0);
            }
        }
        double zeroed = 0;
        for (const auto& run : result["runs"])
            zeroed += run["trials"][0]["hit_words"]["zeroed"].get<double>() / 6;
        EXPECT_NEAR(result["points"][0]["hit_words"]["zeroed"].get<double>(), zeroed, 1e-9);
    }
}

TEST(Protect, ComesThroughShardsRestartsAndReplay) {
    const TemporaryFolder folder;
    const Words more = {"--errors", "20,200", "--verify", "0.5"};
    const std::string protect = "secded:layers=stem*";
    const auto whole = folder.path / "whole";
    const auto result = result_of(campaign(whole, protect, more), whole);
    Words parts;
    for (const std::string shard : {"1/3", "2/3", "3/3"}) {
        parts.push_back((folder.path / shard.substr(0, 1)).string());
        expect_done(campaign(parts.back(), protect, more + Words{"--shard", shard}));
    }
    const auto merged = folder.path / "merged";
    const auto joined =
        result_of(Words{"merge"} + parts + Words{"--output", merged.string()}, merged);
    EXPECT_EQ(repeatable(joined), repeatable(result));
    EXPECT_EQ(read(merged / "faults.csv"), read(whole / "faults.csv"));

    fs::remove(whole / "result.json");
    expect_done(campaign(whole, protect, more));
    EXPECT_EQ(repeatable(read_json(whole / "result.json")), repeatable(result));
    expect_refused(campaign(whole, "secded", more), 2, {"protect"});

    for (const auto* point : {"full/float32/errors=20", "full/float32/errors=200"})
        EXPECT_EQ(faultline({"replay", whole.string(), "--point", point, "--run", "4", "--progress",
                             "none"})
                      .code,
                  0);
    expect_done({"compare", whole.string(), merged.string()});
}

TEST(Protect, WorksInEveryTest) {
    const TemporaryFolder folder;
    const std::vector<Words> tests = {
        {"--test", "indexed", "--bits", "0,30,32,38", "--positions", "5"},
        {"--test", "layer", "--policy", "equal", "--errors-per-layer", "30"},
        {"--test", "sample"},
        {"--test", "full", "--rates", "1e-4,1e-3"}};
    for (std::size_t i = 0; i < tests.size(); ++i) {
        const auto output = folder.path / std::to_string(i);
        const auto result = result_of(campaign(output, "secded", tests[i]), output);
        const auto& trial = result["runs"][5]["trials"].back();
        EXPECT_TRUE(trial.contains("hit_words"));
        EXPECT_EQ(faultline({"replay", output.string(), "--point", trial["key"].get<std::string>(),
                             "--run", "5", "--progress", "none"})
                      .code,
                  0);
    }
    const auto indexed = read_json(folder.path / "0/result.json");
    EXPECT_EQ(indexed["points"][2]["role"], "check");
    EXPECT_EQ(indexed["points"][1]["statistics"]["outcomes"]["masked"]["share"], 1.0);
}

TEST(Protect, IsToldToPlanAndMeasuresNothingThere) {
    const auto said = expect_done(Words{"plan", project("configs/demo/signs.pt"), "--protect",
                                        "tmr:bits=30", "--errors", "50"});
    EXPECT_THAT(said.out, HasSubstr(std::to_string(31182 * 34)));
}

TEST(Protect, RefusesWhatIsNoProtection) {
    for (const auto& [text, part] :
         std::vector<std::pair<std::string, std::string>>{{"ecc", "not one of"},
                                                          {"tmr:bits=32", "from 0 to 31"},
                                                          {"secded:bits=3", "bits are tmr's"},
                                                          {"tmr:layers=nosuch*", "nosuch*"}})
        expect_campaign_refused({"--protect", text}, 2, {"protect", part});
    expect_campaign_refused({"--protect", "tmr", "--test", "sample", "--sampling", "stratified"}, 2,
                            {"single bits"});
}

}  // namespace
}  // namespace faultline::cli
