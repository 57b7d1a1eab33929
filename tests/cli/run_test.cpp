#include "world.h"

namespace faultline::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Words last_lines(const Said& said) {
    Words lines;
    std::istringstream text(said.out);
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
}

TEST(Run, WritesTheResultAndItsFaultList) {
    const TemporaryFolder folder;
    const auto said = expect_done(tiny_campaign(folder.path));
    EXPECT_EQ(said.err, "");
    EXPECT_EQ(last_lines(said).back(), "result: " + (folder.path / "result.json").string());
    EXPECT_THAT(said.out, StartsWith("golden: top-1 0.9500"));

    const auto result = read_json(folder.path / "result.json");
    EXPECT_EQ(result["status"]["runs_done"], 2);
    EXPECT_EQ(result["images"]["count"], 20);
    EXPECT_EQ(result["points"].size(), 2U);
    EXPECT_EQ(result["faults"]["count"], 2 * 2 * 3);
    EXPECT_THAT(read(folder.path / "faults.csv"), StartsWith("run,trial,tensor,element,mask"));
    EXPECT_FALSE(fs::exists(folder.path / "points.csv"));
}

TEST(Run, WritesThePointsWhenAsked) {
    const TemporaryFolder folder;
    expect_done(tiny_campaign(folder.path) + Words{"--csv"});
    const auto points = read(folder.path / "points.csv");
    EXPECT_EQ(std::count(points.begin(), points.end(), '\n'), 1 + 2);
    EXPECT_THAT(points, HasSubstr("indexed/float32/bit=30"));
}

TEST(Run, GivesTheSameResultForTheSameSeed) {
    const TemporaryFolder folder;
    const auto one = result_of(tiny_campaign(folder.path / "1"), folder.path / "1");
    const auto two = result_of(tiny_campaign(folder.path / "2"), folder.path / "2");
    EXPECT_EQ(repeatable(one), repeatable(two));
    EXPECT_EQ(read(folder.path / "1/faults.csv"), read(folder.path / "2/faults.csv"));

    const auto other =
        result_of(tiny_campaign(folder.path / "3") + Words{"--seed", "2"}, folder.path / "3");
    EXPECT_NE(other["faults"]["sha256"], one["faults"]["sha256"]);
    EXPECT_NE(other["identity"]["campaign_sha256"], one["identity"]["campaign_sha256"]);
}

TEST(Run, CountsTheSameOnMoreThreads) {
    const TemporaryFolder folder;
    const auto one = result_of(tiny_campaign(folder.path / "1"), folder.path / "1");
    const auto two =
        result_of(tiny_campaign(folder.path / "2") + Words{"--threads", "2"}, folder.path / "2");
    EXPECT_EQ(two["environment"]["threads"], 2);
    EXPECT_EQ(two["runs"], one["runs"]);
    EXPECT_EQ(two["golden"], one["golden"]);
}

TEST(Run, DrawsTheSameFaultsWhateverTheBatch) {
    const TemporaryFolder folder;
    expect_done(tiny_campaign(folder.path / "1"));
    expect_done(tiny_campaign(folder.path / "2") + Words{"--batch", "7"});
    EXPECT_EQ(read(folder.path / "1/faults.csv"), read(folder.path / "2/faults.csv"));
    const auto result = read_json(folder.path / "2/result.json");
    EXPECT_EQ(result["images"]["count"], 20);
    EXPECT_EQ(result["golden"][0]["before"]["images"], 20);
}

TEST(Run, MeasuresEveryTestType) {
    const TemporaryFolder folder;
    const Words common = {"run", "--errors", "0,1,2", "--runs", "1", "--first", "5"};
    for (const std::string test : {"full", "indexed", "layer"}) {
        const auto output = folder.path / test;
        const auto result =
            result_of(common + demo() + Words{"--test", test, "-o", output.string()}, output);
        EXPECT_EQ(result["config"]["campaign"]["test"], test);
        EXPECT_EQ(result["runs"][0]["trials"].size(), result["points"].size());
    }
}

TEST(Run, EchoesAConfigThatMakesTheSameCampaign) {
    const TemporaryFolder folder;
    const auto output = folder.path / "1";
    const auto first = result_of(tiny_campaign(output), output);
    write(folder.path / "echo.json", core::to_text(first["config"]));

    const auto again = folder.path / "2";
    const auto second = result_of({"run", "--config", (folder.path / "echo.json").string(),
                                   "--output", again.string(), "--progress", "none"},
                                  again);
    EXPECT_EQ(repeatable(first), repeatable(second));
}

TEST(Run, EchoesWhatTheMachineDecided) {
    const TemporaryFolder folder;
    const auto result =
        result_of(tiny_campaign(folder.path) + Words{"--threads", "0"}, folder.path);
    EXPECT_GE(result["config"]["evaluation"]["threads"], 1);
    EXPECT_EQ(result["config"]["evaluation"]["threads"], result["environment"]["threads"]);
    EXPECT_EQ(result["config"]["dataset"]["layout"], "folders");
}

TEST(Run, NamesTheImagesThatWereDrawnAtRandom) {
    const TemporaryFolder folder;
    const auto all = result_of(tiny_campaign(folder.path / "all"), folder.path / "all");
    EXPECT_FALSE(all["images"].contains("names"));

    const auto drawn = result_of(tiny_campaign(folder.path / "drawn") + Words{"--one-per-class"},
                                 folder.path / "drawn");
    const auto names = drawn["images"]["names"].get<Words>();
    ASSERT_EQ(names.size(), 10U);
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
    EXPECT_THAT(names[0], StartsWith("give_way/"));
    EXPECT_THAT(names[9], StartsWith("warning/"));
}

TEST(Run, RecordsWhereTheModelLayAndNotInItsIdentity) {
    const TemporaryFolder folder;
    fs::copy(project("configs/demo/signs.pt"), folder.path / "copy.pt");
    const auto here = result_of(tiny_campaign(folder.path / "1"), folder.path / "1");
    const auto there = result_of(
        tiny_campaign(folder.path / "2") + Words{"--model", (folder.path / "copy.pt").string()},
        folder.path / "2");
    EXPECT_EQ(there["environment"]["host"]["model"], (folder.path / "copy.pt").string());
    EXPECT_EQ(there["identity"], here["identity"]);
}

TEST(Output, IsOverwrittenOnlyByForce) {
    const TemporaryFolder folder;
    expect_done(tiny_campaign(folder.path) + Words{"--csv"});
    const auto before = read(folder.path / "result.json");
    expect_refused(tiny_campaign(folder.path) + Words{"--seed", "2"}, 2,
                   {"seed: 1, now 2", "--force"});
    EXPECT_EQ(read(folder.path / "result.json"), before);

    expect_done(tiny_campaign(folder.path) + Words{"--force", "--seed", "2"});
    EXPECT_NE(read(folder.path / "result.json"), before);
    EXPECT_FALSE(fs::exists(folder.path / "points.csv")) << "it belonged to the other result";
}

TEST(Output, OfARefusedCampaignIsTheOldOne) {
    const TemporaryFolder folder;
    expect_done(tiny_campaign(folder.path));
    const auto before = read(folder.path / "result.json");
    expect_refused(tiny_campaign(folder.path) + Words{"--force", "--bits", "32"}, 2, {"bits"});
    EXPECT_EQ(read(folder.path / "result.json"), before);
}

TEST(Output, ThatCannotBeWrittenIsToldBeforeAnyWork) {
    const TemporaryFolder folder;
    write(folder.path / "file", "");
    const auto output = (folder.path / "file/result").string();
    expect_refused(tiny_campaign(output) + Words{"--model", "missing.pt"}, 2,
                   {output, "cannot create the folder"});
    expect_refused(tiny_campaign("") + Words{}, 2, {"--output: give a folder"});
}

TEST(Output, ThatFailsHalfwayLeavesNothing) {
    const TemporaryFolder folder;
    fs::create_directories(folder.path / "result.json/in_the_way");
    expect_refused(tiny_campaign(folder.path) + Words{"--force"}, 3, {"result.json"});
    EXPECT_FALSE(fs::exists(folder.path / "faults.csv"));
}

TEST(Output, OnAFullDiskIsNotASuccess) {
    const auto full = std::fopen("/dev/full", "w");
    ASSERT_NE(full, nullptr);
    const int kept = dup(STDOUT_FILENO);
    testing::internal::CaptureStderr();
    std::fflush(stdout);
    dup2(fileno(full), STDOUT_FILENO);
    const std::vector<const char*> words = {"faultline", "--version"};
    const int code = run(2, words.data());
    dup2(kept, STDOUT_FILENO);
    std::clearerr(stdout);
    std::fclose(full);
    close(kept);
    EXPECT_EQ(code, 3);
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("stdout: cannot write"));
}

}  // namespace
}  // namespace faultline::cli
