// Campaigns that decide on their way: allocated samples, margins, images of each run's own.

#include "world.h"

namespace faultline::cli {
namespace {

using testing::HasSubstr;

/// On two blocks.
Words campaign(const fs::path& output, const Words& more) {
    return Words{"run"} + demo() +
           Words{"--first", "20", "--batch", "12", "--verify", "0.2", "--output", output.string()} +
           more;
}

const Words plain = {"--test", "sample", "--runs", "40"};
const Words stratified = plain + Words{"--sampling", "stratified"};
const Words allocated = plain + Words{"--allocate", "--pilot", "20"};
const Words own_images = {"--test", "full", "--errors",         "1,30",
                          "--runs", "6",    "--images-per-run", "13"};
const Words until = {"--test", "full",       "--errors", "1,30",    "--until-margin",
                     "0.3",    "--max-runs", "60",       "--round", "10"};

/// What the trials came to, without how they were measured.
core::Json measured(const core::Json& result) {
    return {{"runs", result["runs"]}, {"points", result["points"]}, {"strata", result["strata"]}};
}

TEST(Rounds, AreMeasuredResumedAsWhole) {
    for (const auto& test : {plain, stratified, allocated, own_images, until}) {
        const TemporaryFolder folder;
        const auto resumed = result_of(campaign(folder.path / "1", test), folder.path / "1");
        const auto whole = result_of(
            campaign(folder.path / "2", test) + Words{"--evaluation", "whole"}, folder.path / "2");
        EXPECT_EQ(measured(resumed), measured(whole));
        EXPECT_TRUE(resumed["status"]["complete"].get<bool>());
    }
}

TEST(Rounds, StartedAgainMeasureNothing) {
    for (const auto& test : {allocated, own_images, until}) {
        const TemporaryFolder folder;
        expect_done(campaign(folder.path, test));
        const auto before = read(folder.path / "result.json");
        EXPECT_THAT(expect_done(campaign(folder.path, test)).err, HasSubstr("journal.jsonl"));
        EXPECT_EQ(read(folder.path / "result.json"), before);
    }
}

TEST(Rounds, GoOnFromAJournalCutAnywhere) {
    for (const auto& test : {allocated, own_images, until}) {
        const TemporaryFolder folder;
        const Words often = {"--checkpoint-minutes", "0"};
        const auto whole =
            repeatable(result_of(campaign(folder.path / "1", test) + often, folder.path / "1"));
        const auto journal = read(folder.path / "1/journal.jsonl");
        for (const auto share : {0.3, 0.6, 0.9}) {
            const auto output = folder.path / std::to_string(share);
            const auto end = static_cast<std::size_t>(static_cast<double>(journal.size()) * share);
            write(output / "journal.jsonl", journal.substr(0, end));
            EXPECT_EQ(repeatable(result_of(campaign(output, test) + often, output)), whole);
        }
    }
}

/// Every shard measures a round, all are merged, and so on until `merge` has a result.
core::Json by_shards(const fs::path& folder, const Words& test, int count) {
    for (int round = 1; round < 20; ++round) {
        Words folders, known;
        const auto merged = folder / ("merged" + std::to_string(round));
        if (round > 1)
            known = {"--known", (folder / ("merged" + std::to_string(round - 1))).string()};
        for (int shard = 1; shard <= count; ++shard) {
            const auto own = folder / std::to_string(shard);
            const auto name = std::to_string(shard) + "/" + std::to_string(count);
            expect_done(campaign(own, test) + Words{"--shard", name} + known);
            folders.push_back(own.string());
        }
        const auto said = faultline(Words{"merge"} + folders + Words{"--output", merged.string()});
        if (said.code == 0) return repeatable(read_json(merged / "result.json"));
        EXPECT_EQ(said.code, 75) << said.err;
        EXPECT_THAT(said.out, HasSubstr("--known"));
        EXPECT_FALSE(holds_result(merged));
    }
    ADD_FAILURE() << "no end";
    return {};
}

TEST(Rounds, OfShardsComeToTheResultOfOneProcess) {
    for (const auto& test : {plain, allocated, own_images, until}) {
        const TemporaryFolder folder;
        const auto one =
            repeatable(result_of(campaign(folder.path / "one", test), folder.path / "one"));
        EXPECT_EQ(by_shards(folder.path, test, 3), one);
    }
}

TEST(Rounds, OfAnotherCampaignAreNotKnown) {
    const TemporaryFolder folder;
    expect_done(campaign(folder.path / "1", allocated));
    expect_refused(
        campaign(folder.path / "2", allocated) +
            Words{"--seed", "2", "--shard", "1/2", "--known", (folder.path / "1").string()},
        2, {"known:", "seed"});
}

TEST(Margin, EndsACampaignEarlyAndSaysSo) {
    const TemporaryFolder folder;
    const auto result = result_of(campaign(folder.path, until), folder.path);
    EXPECT_LT(result["status"]["runs_done"], result["status"]["runs_planned"]);
    EXPECT_EQ(result["status"]["runs_done"].get<int>() % 10, 0);
    EXPECT_TRUE(result["status"]["complete"].get<bool>());
    EXPECT_TRUE(result["stopping"]["reached"].get<bool>());
    EXPECT_LE(result["stopping"]["margin"], 0.3);
    EXPECT_EQ(result["runs"].size(), result["status"]["runs_done"].get<std::size_t>());
    for (const auto& point : result["points"])
        EXPECT_EQ(point["statistics"]["top1"]["interval"]["method"], "betting-sequence");
}

TEST(Margin, ThatIsNeverReachedEndsAtMaxRuns) {
    const TemporaryFolder folder;
    const auto result =
        result_of(campaign(folder.path, {"--test", "full", "--errors", "30", "--until-margin",
                                         "0.001", "--max-runs", "7", "--round", "3"}),
                  folder.path);
    EXPECT_EQ(result["status"]["runs_done"], 7);
    EXPECT_TRUE(result["status"]["complete"].get<bool>());
    EXPECT_FALSE(result["stopping"]["reached"].get<bool>());
}

TEST(OwnImages, AreRecordedAndCountedWithTheirGolden) {
    const TemporaryFolder folder;
    const auto result = result_of(campaign(folder.path, own_images), folder.path);
    std::int64_t golden = 0;
    for (const auto& run : result["runs"]) {
        EXPECT_EQ(run["images"].size(), 13U);
        for (const auto& trial : run["trials"]) EXPECT_EQ(trial["golden"]["images"], 13);
        golden += run["trials"][0]["golden"]["top1"].get<std::int64_t>();
    }
    EXPECT_NE(result["runs"][0]["images"], result["runs"][1]["images"]);
    EXPECT_EQ(result["golden"][0]["before"]["top1"], golden);
    EXPECT_EQ(result["golden"][0]["before"]["images"], 6 * 13);
    expect_refused(campaign(folder.path / "2", {"--images-per-run", "21"}), 2,
                   {"images_per_run: 21", "20 images"});
}

TEST(Replay, AgreesOnTrialsThatFollowFromOthers) {
    for (const auto& test : {stratified, allocated, own_images}) {
        const TemporaryFolder folder;
        const auto result = result_of(campaign(folder.path, test), folder.path);
        const auto key = result["points"].back()["key"].get<std::string>();
        for (const int run : {0, 5}) {
            const auto said =
                faultline({"replay", folder.path.string(), "--run", std::to_string(run), "--point",
                           key, "--progress", "none"});
            EXPECT_EQ(said.code, 0) << said.err;
        }
        if (test == own_images) continue;
        const auto said = faultline(
            {"replay", folder.path.string(), "--run", "35", "--point", key, "--progress", "none"});
        EXPECT_EQ(said.code, 0) << said.err;
    }
}

TEST(Confusion, CountsWhatTheOutcomesCount) {
    for (const std::string method : {"resumed", "whole"}) {
        const TemporaryFolder folder;
        const auto result = result_of(
            campaign(folder.path, Words{"--test", "indexed", "--bits", "29,30", "--runs", "4",
                                        "--positions", "5", "--confusion", "--evaluation", method}),
            folder.path);
        std::int64_t mistaken = 0, listed = 0;
        for (const auto& point : result["points"])
            mistaken += point["statistics"]["outcomes"]["sdc1"]["count"].get<std::int64_t>();
        const auto& confusion = result["confusion"][0];
        for (const auto& pair : confusion["pairs"]) {
            listed += pair["count"].get<std::int64_t>();
            EXPECT_NE(pair["golden"], pair["faulty"]);
        }
        EXPECT_GT(mistaken, 0);
        EXPECT_EQ(confusion["count"], mistaken);
        EXPECT_EQ(listed, mistaken);
    }
    const TemporaryFolder folder;
    EXPECT_TRUE(result_of(tiny_campaign(folder.path), folder.path)["confusion"].is_null());
}

TEST(Rates, AreMeasuredInBothFormatsAtEqualFlux) {
    const TemporaryFolder folder;
    const auto result =
        result_of(campaign(folder.path, {"--test", "full", "--rates", "1e-5,1e-3", "--runs", "8"}),
                  folder.path);
    EXPECT_EQ(result["points"][1]["key"], "full/float32/rate=0.001");
    EXPECT_EQ(result["points"][1]["rate"], 0.001);
    double errors = 0;
    for (const auto& run : result["runs"])
        for (const auto& trial : run["trials"]) errors += trial["faults"]["count"].get<double>();
    EXPECT_NEAR(result["points"][1]["errors_mean"].get<double>() * 8, errors, 1e-6);
}

TEST(Rounds, OfSeveralFormatsAreRefusedWhereTheyWouldEndApart) {
    const TemporaryFolder folder;
    const auto fixed = (folder.path / "q.pt").string(), folded = (folder.path / "f.pt").string();
    const auto quantize = Words{"quantize"} + demo() + Words{"--first", "20", "--output"};
    expect_done(quantize + Words{fixed});
    expect_done(quantize + Words{folded, "--fold-only"});
    auto both = campaign(folder.path / "2", until) + Words{"--quantized", fixed};
    both[1] = folded;
    expect_refused(both, 2, {"until_margin:", "formats"});
}

}  // namespace
}  // namespace faultline::cli
