// Shards of a campaign, and what they come to together.

#include "world.h"

namespace faultline::cli {
namespace {

/// Seven runs on two blocks.
Words campaign(const fs::path& output, const std::string& test = "full") {
    return Words{"run"} + demo() +
           Words{"--test",      test, "--runs",   "7",    "--errors", "1,9",
                 "--positions", "3",  "--bits",   "0,30", "--first",  "20",
                 "--batch",     "12", "--verify", "0.3",  "--output", output.string()};
}

struct Shards {
    TemporaryFolder folder;
    Words folders;

    explicit Shards(int count, const std::string& test = "full") {
        for (int index = 1; index <= count; ++index) {
            const auto output = folder.path / std::to_string(index);
            const auto shard = std::to_string(index) + "/" + std::to_string(count);
            const auto said = expect_done(campaign(output, test) + Words{"--shard", shard});
            EXPECT_EQ(said.out.starts_with("shard " + shard), count > 1);
            EXPECT_EQ(holds_result(output), count == 1);  // which is the whole campaign
            folders.push_back(output.string());
        }
    }
    fs::path output() const { return folder.path / "merged"; }
    Words merge(const Words& given) const {
        return Words{"merge"} + given + Words{"--output", output().string()};
    }
};

TEST(Merge, ShardsInAnyOrderComeToTheResultOfOneProcess) {
    for (const auto* test : {"full", "indexed", "layer"}) {
        const TemporaryFolder folder;
        const auto expected =
            repeatable(result_of(campaign(folder.path / "one", test), folder.path / "one"));
        const auto faults = read(folder.path / "one/faults.csv");
        for (const int count : {1, 3, 9}) {  // of nine, two are empty
            Shards shards(count, test);
            std::reverse(shards.folders.begin(), shards.folders.end());
            const auto found = result_of(shards.merge(shards.folders), shards.output());
            EXPECT_EQ(repeatable(found), expected);
            EXPECT_EQ(read(shards.output() / "faults.csv"), faults);
        }
    }
}

TEST(Merge, WhatItMakesIsAFinishedCampaign) {
    const Shards shards(2);
    expect_done(shards.merge(shards.folders));
    const auto before = read(shards.output() / "result.json");
    EXPECT_THAT(expect_done(campaign(shards.output())).err,
                testing::HasSubstr("holds all records"));
    EXPECT_EQ(read(shards.output() / "result.json"), before);
}

TEST(Merge, AJournalAloneIsEnoughForTheResultLater) {
    const Shards shards(2);
    const auto said = expect_done(shards.merge(shards.folders) + Words{"--no-result"});
    EXPECT_THAT(said.out, testing::HasSubstr("journal: "));
    EXPECT_FALSE(holds_result(shards.output()));
    const auto later = repeatable(result_of(campaign(shards.output()), shards.output()));
    EXPECT_EQ(later, repeatable(result_of(shards.merge(shards.folders) + Words{"--force"},
                                          shards.output())));
}

TEST(Merge, LeavesNoOlderResultBesideTheJournal) {
    const Shards shards(2);
    expect_done(shards.merge(shards.folders));
    expect_done(shards.merge(shards.folders) + Words{"--no-result", "--force"});
    EXPECT_FALSE(holds_result(shards.output()));
}

TEST(Merge, TwoFormatsToo) {
    const TemporaryFolder folder;
    expect_done(Words{"quantize"} + demo() +
                Words{"--first", "20", "--output", (folder.path / "q.pt").string()});
    expect_done(Words{"quantize"} + demo() +
                Words{"--first", "20", "--fold-only", "--output", (folder.path / "f.pt").string()});
    const auto words = [&](const std::string& name) {
        auto all =
            campaign(folder.path / name) + Words{"--quantized", (folder.path / "q.pt").string()};
        all[1] = (folder.path / "f.pt").string();
        return all;
    };
    const auto expected = repeatable(result_of(words("one"), folder.path / "one"));
    expect_done(words("a") + Words{"--shard", "1/2"});
    expect_done(words("b") + Words{"--shard", "2/2"});
    const auto found =
        result_of(Words{"merge", (folder.path / "a").string(), (folder.path / "b").string(),
                        "--output", (folder.path / "both").string()},
                  folder.path / "both");
    EXPECT_EQ(repeatable(found), expected);
    EXPECT_EQ(found["formats"].size(), 2U);
}

TEST(Merge, RefusesGapsOverlapsAndForeigners) {
    const Shards shards(3);
    const auto& all = shards.folders;
    expect_refused(shards.merge({all[0], all[2]}), 3,
                   {"format 0, block 0: runs 2 to 3 are in none of the 2 journals"});
    expect_refused(shards.merge(all + Words{all[1]}), 3, {"2/journal.jsonl", "overlaps"});
    expect_refused(shards.merge({}), 2, {"folders of the shards"});
    const auto foreign = shards.folder.path / "foreign";
    expect_done(campaign(foreign) + Words{"--shard", "3/3", "--seed", "2"});
    expect_refused(shards.merge({all[0], all[1], foreign.string()}), 3,
                   {"another campaign", "config/campaign/seed: 1, now 2"});
    expect_refused(shards.merge({all[0], (shards.folder.path / "nowhere").string()}), 3,
                   {"nowhere/journal.jsonl"});
    EXPECT_FALSE(fs::exists(shards.output()));
}

TEST(Merge, RefusesAShardThatIsNotDoneAndTakesItWhenItIs) {
    const Shards shards(2);
    const auto journal = fs::path(shards.folders[1]) / "journal.jsonl";
    const auto whole = read(journal);
    write(journal, whole.substr(0, whole.size() - 10));
    expect_refused(shards.merge(shards.folders), 3, {"block 1", "not done yet"});
    expect_done(campaign(shards.folders[1]) + Words{"--shard", "2/2"});
    expect_done(shards.merge(shards.folders));
}

TEST(Merge, RefusesAnotherModelFile) {
    const Shards shards(1);
    expect_refused(shards.merge(shards.folders) + Words{"--model", tests::model("plain_traced")}, 3,
                   {"SHA-256", "--model"});
}

TEST(Shards, AreRefusedUnlessTheyAreOneOfSoMany) {
    expect_campaign_refused({"--shard", "4/3"}, 2, {"shard", "4/3"});
    expect_campaign_refused({"--shard", "slurm"}, 2, {"SLURM_ARRAY_TASK_ID"});
}

TEST(Shards, TakeTheirPlaceFromSlurmWhenAsked) {
    const TemporaryFolder folder;
    const std::vector<std::pair<const char*, const char*>> variables = {
        {"SLURM_ARRAY_TASK_ID", "6"},
        {"SLURM_ARRAY_TASK_MIN", "2"},
        {"SLURM_ARRAY_TASK_MAX", "8"},
        {"SLURM_ARRAY_TASK_STEP", "2"}};
    for (const auto& [name, value] : variables) setenv(name, value, 1);
    const auto said = faultline(campaign(folder.path / "a") + Words{"--shard", "slurm"});
    for (const auto& [name, value] : variables) unsetenv(name);
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_THAT(said.out, testing::HasSubstr("shard 3/4: 2 of 7 runs"));
}

}  // namespace
}  // namespace faultline::cli
