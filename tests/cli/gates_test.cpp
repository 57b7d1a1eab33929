// Gates of campaigns that are measured: when they are looked at, and what they leave alone.

#include "world.h"

namespace faultline::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

constexpr const char* kept = "indexed/float32/bit=0 top1.mean >= 0.9";
constexpr const char* missed = "indexed/float32/bit=30 top1.mean >= 0.9";

TEST(Gates, ThatAreKeptEndWithZero) {
    const TemporaryFolder folder;
    const auto said = expect_done(tiny_campaign(folder.path) + Words{"--gate", kept});
    EXPECT_THAT(said.out, HasSubstr("gates: 1 of 1 passed\nresult: "));
    const auto gates = read_json(folder.path / "result.json")["gates"];
    ASSERT_EQ(gates.size(), 1U);
    EXPECT_EQ(gates[0]["expression"], kept);
    EXPECT_EQ(gates[0]["key"], "indexed/float32/bit=0");
    EXPECT_EQ(gates[0]["pass"], true);
}

TEST(Gates, ThatFailEndWithOneAndTheResultIsThere) {
    const TemporaryFolder folder;
    const auto said =
        faultline(tiny_campaign(folder.path) + Words{"--gate", kept, "--gate", missed});
    EXPECT_EQ(said.code, 1);
    EXPECT_EQ(said.err, "");
    EXPECT_THAT(said.out,
                HasSubstr("gates: 1 of 2 passed\nFAIL indexed/float32/bit=30: top1.mean"));
    EXPECT_EQ(read_json(folder.path / "result.json")["gates"][1]["pass"], false);
}

TEST(Gates, AreJudgedAgainWithoutMeasuring) {
    const TemporaryFolder folder;
    expect_done(tiny_campaign(folder.path));
    const auto journal = read(folder.path / "journal.jsonl");
    const auto plain = read_json(folder.path / "result.json");
    EXPECT_EQ(plain["gates"], core::Json::array());

    EXPECT_EQ(faultline(tiny_campaign(folder.path) + Words{"--gate", missed}).code, 1);
    auto judged = read_json(folder.path / "result.json");
    EXPECT_EQ(judged["gates"].size(), 1U);
    EXPECT_EQ(faultline(tiny_campaign(folder.path) + Words{"--gate", kept}).code, 0);

    expect_done(tiny_campaign(folder.path));
    EXPECT_EQ(read_json(folder.path / "result.json"), plain);
    judged["gates"] = core::Json::array();
    EXPECT_EQ(judged, plain) << "nothing else changes, not even the times";
    EXPECT_EQ(read(folder.path / "journal.jsonl"), journal);
}

TEST(Gates, OfAConfigGiveWayToThoseOfFlags) {
    const TemporaryFolder folder;
    write(folder.path / "gates.json",
          core::to_text({{"gates", {{"gate", core::Json::array({missed})}}}}));
    const auto words = tiny_campaign(folder.path / "result") +
                       Words{"--config", (folder.path / "gates.json").string()};
    EXPECT_EQ(faultline(words).code, 1);
    EXPECT_EQ(faultline(words + Words{"--gate", kept}).code, 0);
    const auto result = read_json(folder.path / "result/result.json");
    EXPECT_FALSE(result["config"].contains("gates"));
}

TEST(Gates, ThatCannotBeReadAreShownWithTheirPlace) {
    const TemporaryFolder folder;
    const auto output = folder.path / "result";
    const auto said = faultline(tiny_campaign(output) + Words{"--gate", "a top2 >= 0.5"});
    EXPECT_EQ(said.code, 2);
    EXPECT_EQ(said.err,
              "faultline: --gate: 'a top2 >= 0.5': no statistic 'top2'; did you mean top1?\n"
              "  a top2 >= 0.5\n"
              "    ^\n");
    EXPECT_FALSE(fs::exists(output));
}

TEST(Gates, ThatAskForNothingAreRefusedBeforeAnythingIsMeasured) {
    expect_campaign_refused({"--gate", "indexed/float32/bit=31 top1 > 0"}, 2,
                            {"nothing has the key indexed/float32/bit=31",
                             "near it are indexed/float32/bit=30, indexed/float32/bit=0"});
    expect_campaign_refused({"--gate", "* critical < 0.1"}, 2,
                            {"no interval of critical; say critical.mean"});
    expect_campaign_refused({"--gate", "* top1_change > 0"}, 2, {"compares two results"});
    expect_campaign_refused(
        {"--test", "full", "--errors", "0,1", "--gate", "* drop_per_error.mean < 0.1"}, 2,
        {"full/float32/errors=0 has no drop_per_error.mean"});
    expect_campaign_refused({"--gate", kept, "--junit", "/no/such/folder/j.xml"}, 2,
                            {"--junit", "there is no folder /no/such/folder"});
}

TEST(Gates, AreWrittenAsTestsOfJunitAndMarkdown) {
    const TemporaryFolder folder;
    const auto xml = folder.path / "j.xml", table = folder.path / "j.md";
    const auto words = tiny_campaign(folder.path / "result") +
                       Words{"--gate",  kept,         "--gate",     missed,
                             "--junit", xml.string(), "--markdown", table.string()};
    EXPECT_EQ(faultline(words).code, 1);
    EXPECT_THAT(read(xml), HasSubstr("tests=\"2\" failures=\"1\""));
    EXPECT_THAT(read(table), HasSubstr("| **fail** | gate | indexed/float32/bit=30 top1.mean"));
    EXPECT_EQ(faultline(words).code, 1) << "and again, in their place";
}

TEST(Gates, OfShardsAreJudgedByTheMerge) {
    const TemporaryFolder folder;
    Words shards;
    for (const std::string shard : {"1", "2"}) {
        shards.push_back((folder.path / shard).string());
        expect_done(tiny_campaign(folder.path / shard) +
                    Words{"--shard", shard + "/2", "--gate", missed});
    }
    const auto merged = (folder.path / "merged").string();
    const auto words = Words{"merge"} + shards + Words{"-o", merged, "--force"};
    EXPECT_EQ(faultline(words).code, 1) << "with the gates that the shards were begun with";
    EXPECT_EQ(read_json(merged + "/result.json")["gates"][0]["pass"], false);
    EXPECT_EQ(faultline(words + Words{"--gate", kept}).code, 0);
    EXPECT_EQ(faultline(words + Words{"--gate", "a top1"}).code, 2);
}

TEST(Comparison, OfMeasuredCampaignsPairsThem) {
    const TemporaryFolder folder;
    for (const std::string name : {"a", "b"}) expect_done(tiny_campaign(folder.path / name));
    expect_done(tiny_campaign(folder.path / "c") + Words{"--seed", "2", "--bits", "30,31"});
    const auto path = [&](const std::string& name) { return (folder.path / name).string(); };
    EXPECT_THAT(expect_done({"compare", path("a"), path("b")}).out, HasSubstr("paired: 2 of 2"));
    const auto said = expect_done({"compare", path("a"), path("c")});
    EXPECT_THAT(said.out, HasSubstr("unpaired: all points (other faults: seed 2, was 1)"));
    EXPECT_THAT(said.out, HasSubstr("only in base, not compared: 1 point"));
    EXPECT_THAT(said.out, HasSubstr("only in new, not compared: 1 point"));
    EXPECT_THAT(said.out, EndsWith("no regression: 0 points significantly worse\n"));
}

}  // namespace
}  // namespace faultline::cli
