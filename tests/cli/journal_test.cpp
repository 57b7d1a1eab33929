// Campaigns that end before their end, and go on.

#include <faultline/campaign/journal.h>

#include "world.h"

namespace faultline::cli {
namespace {

/// Each run of each block is a record of its own: five runs on two blocks.
Words campaign(const fs::path& output, const std::string& test = "indexed") {
    return Words{"run"} + demo() +
           Words{"--test",
                 test,
                 "--runs",
                 "5",
                 "--positions",
                 "3",
                 "--bits",
                 "0,30",
                 "--first",
                 "20",
                 "--batch",
                 "12",
                 "--errors",
                 "1,9",
                 "--rate",
                 "1e-4",
                 "--checkpoint-minutes",
                 "0",
                 "--verify",
                 "0.3",
                 "--output",
                 output.string()};
}

fs::path journal(const fs::path& output) { return output / "journal.jsonl"; }

std::vector<std::string> lines_of(const fs::path& file) {
    std::istringstream text(read(file));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line + "\n");
    return lines;
}

/// The folder as if the process had died after so many bytes of its journal.
void cut(const fs::path& output, std::size_t bytes) {
    const auto whole = read(journal(output));
    for (const auto* file : {"result.json", "faults.csv"}) fs::remove(output / file);
    write(journal(output), whole.substr(0, bytes));
}

TEST(Resume, ACampaignCutAfterAnyRecordComesToTheSameResult) {
    for (const auto* test : {"full", "indexed", "layer"}) {
        const TemporaryFolder folder;
        const auto output = folder.path / "result";
        const auto words = campaign(output, test);
        const auto expected = repeatable(result_of(words, output));
        const auto faults = read(output / "faults.csv");
        const auto lines = lines_of(journal(output));
        ASSERT_EQ(lines.size(), 11U);
        std::size_t bytes = 0;
        for (const auto& line : lines) {
            cut(output, bytes + line.size() / 2);
            EXPECT_EQ(repeatable(result_of(words, output)), expected);
            EXPECT_EQ(read(output / "faults.csv"), faults);
            EXPECT_EQ(lines_of(journal(output)).size(), 11U);
            bytes += line.size();
            cut(output, bytes);
            EXPECT_EQ(repeatable(result_of(words, output)), expected);
        }
    }
}

TEST(Resume, LongerRecordsComeToTheSameResult) {
    const TemporaryFolder folder;
    const auto single = folder.path / "single", whole = folder.path / "whole";
    const auto expected = repeatable(result_of(campaign(single), single));
    EXPECT_EQ(repeatable(result_of(campaign(whole) + Words{"--checkpoint-minutes", "5"}, whole)),
              expected);
    EXPECT_LT(lines_of(journal(whole)).size(), lines_of(journal(single)).size());
}

TEST(Resume, WholePassesToo) {
    const TemporaryFolder folder;
    const auto output = folder.path / "result";
    const auto words = campaign(output) + Words{"--evaluation", "whole"};
    const auto expected = repeatable(result_of(words, output));
    cut(output, lines_of(journal(output))[0].size() + 5);
    EXPECT_EQ(repeatable(result_of(words, output)), expected);
}

TEST(Resume, AFinishedCampaignStartedAgainIsDoneAndLeavesItsResult) {
    const TemporaryFolder folder;
    const auto output = folder.path / "result";
    expect_done(campaign(output));
    const auto before = read(output / "result.json"), lines = read(journal(output));
    const auto said = expect_done(campaign(output));
    EXPECT_THAT(said.err, testing::HasSubstr("holds all records already"));
    EXPECT_THAT(said.out, testing::HasSubstr("result: "));
    EXPECT_EQ(read(output / "result.json"), before);
    EXPECT_EQ(read(journal(output)), lines);
}

TEST(Resume, RefusesAnotherCampaignNamingWhatDiffers) {
    const TemporaryFolder folder;
    const auto output = folder.path / "result";
    expect_done(campaign(output));
    const auto before = read(output / "result.json");
    const auto refused = [&](const Words& changes, const std::string& part) {
        expect_refused(campaign(output) + changes, 2, {"journal.jsonl", part, "--force"});
    };
    refused({"--seed", "2"}, "config/campaign/seed: 1, now 2");
    refused({"--runs", "6"}, "config/campaign/runs: 5, now 6");
    refused({"--batch", "10"}, "batch: 12, now 10");
    refused({"--threads", "2"}, "threads: 1, now 2");
    refused({"--first", "19"}, "config/dataset/first: 20, now 19");
    refused({"--shard", "1/2"}, "shard");
    refused({"--deviation", "0.5,0.5,0.25"}, "config/dataset/deviation/2: 0.5, now 0.25");
    EXPECT_EQ(read(output / "result.json"), before);
    expect_done(campaign(output) + Words{"--seed", "2", "--force"});
    EXPECT_NE(read(output / "result.json"), before);
}

/// Lines with another first one, whose hash is right.
void change_header(const fs::path& output, const std::function<void(core::Json&)>& change) {
    auto lines = lines_of(journal(output));
    auto entry = campaign::journal_entry(lines[0]).value();
    change(entry["campaign"]);
    std::string bytes = campaign::journal_line(entry);
    for (std::size_t i = 1; i < lines.size(); ++i) bytes += lines[i];
    write(journal(output), bytes);
}

TEST(Resume, RefusesAnotherLibTorchAnotherModelAndOtherImages) {
    const TemporaryFolder folder;
    const auto output = folder.path / "result";
    expect_done(campaign(output));
    change_header(output, [](auto& header) { header["environment"]["libtorch"] = "1.0.0"; });
    expect_refused(campaign(output), 2, {"environment/libtorch: \"1.0.0\", now"});
    expect_done(campaign(output) + Words{"--force"});
    change_header(output, [](auto& header) { header["formats"][0]["model_sha256"] = "beef"; });
    expect_refused(campaign(output), 2, {"formats/0/model_sha256: \"beef\", now"});
    expect_done(campaign(output) + Words{"--force"});
    change_header(output, [](auto& header) { header["images"]["images_sha256"] = "beef"; });
    expect_refused(campaign(output), 2, {"images/images_sha256: \"beef\", now"});
    change_header(output, [](auto& header) { header["version"] = 99; });
    expect_refused(campaign(output), 4, {"describes no campaign", "99"});
}

/// The clock of whoever began it is told, and nothing else is made of it.
TEST(Resume, DoesNotMindAClockThatWasSetBack) {
    const TemporaryFolder folder;
    const auto output = folder.path / "result";
    const auto expected = repeatable(result_of(campaign(output), output));
    change_header(output, [](auto& header) { header["started"] = "2999-01-01T00:00:00Z"; });
    fs::remove(output / "result.json");
    const auto found = result_of(campaign(output), output);
    EXPECT_EQ(repeatable(found), expected);
    EXPECT_EQ(found["timing"]["started"], "2999-01-01T00:00:00Z");
}

TEST(Resume, RefusesADamagedJournal) {
    const TemporaryFolder folder;
    const auto output = folder.path / "result";
    expect_done(campaign(output));
    auto bytes = read(journal(output));
    bytes[bytes.size() / 2] ^= 1;
    write(journal(output), bytes);
    expect_refused(campaign(output), 4, {"journal.jsonl: line ", "damaged", "--force"});
}

TEST(Resume, RefusesAFolderWhereAnotherProcessIsAtWork) {
    const TemporaryFolder folder;
    const auto output = folder.path / "result";
    fs::create_directories(output);
    {
        const core::FileLock other(output / "journal.jsonl.lock");
        expect_refused(campaign(output), 2, {"journal.jsonl.lock", "another process is at work"});
    }
    expect_done(campaign(output));
}

TEST(Resume, RefusesAResultWithoutAJournal) {
    const TemporaryFolder folder;
    const auto output = folder.path / "result";
    expect_done(campaign(output));
    fs::remove(journal(output));
    expect_refused(campaign(output), 2, {"result.json is there already", "--force"});
}

}  // namespace
}  // namespace faultline::cli
