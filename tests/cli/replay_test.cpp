#include "world.h"

namespace faultline::cli {
namespace {

using testing::HasSubstr;

Words replay(const fs::path& result, const std::string& point, int run = 0) {
    return {"replay", result.string(),     "--point",    point,
            "--run",  std::to_string(run), "--progress", "none"};
}

const std::string bit30 = "indexed/float32/bit=30";

/// A tiny result that the tests below damage.
class StoredResult : public testing::Test {
 protected:
    void SetUp() override {
        result = result_of(tiny_campaign(folder.path), folder.path);
        point = bit30;
    }

    /// The changed result is refused.
    void expect_refused_replay(int code, const Words& parts, const Words& more = {}) {
        write(folder.path / "result.json", core::to_text(result));
        expect_refused(replay(folder.path, point) + more, code, parts);
    }

    TemporaryFolder folder;
    core::Json result;
    std::string point;
};

TEST(Replay, AgreesOnEveryTrialOfEveryTest) {
    const TemporaryFolder folder;
    const Words tiny =
        Words{"run"} + demo() + Words{"--runs",   "2",     "--errors",           "0,1,4",
                                      "--bits",   "29,30", "--positions",        "3",
                                      "--first",  "20",    "--errors-per-layer", "2",
                                      "--policy", "equal"};
    for (const std::string test : {"full", "indexed", "layer"}) {
        const auto output = folder.path / test;
        const auto result =
            result_of(tiny + Words{"--test", test, "--output", output.string()}, output);
        for (int run = 0; run < 2; ++run) {
            for (const auto& trial : result["runs"][static_cast<std::size_t>(run)]["trials"]) {
                const auto key = trial["key"].get<std::string>();
                if (test == "layer" && run == 1) continue;  // they are many
                const auto said = faultline(replay(output, key, run));
                EXPECT_EQ(said.code, 0) << key << ": " << said.err;
                EXPECT_THAT(said.out, HasSubstr("critical"));
            }
        }
    }
}

TEST(Replay, AgreesUnderCompatPaperWithDrawnImages) {
    const TemporaryFolder folder;
    expect_done(tiny_campaign(folder.path) +
                Words{"--compat", "paper", "--one-per-class", "--first", "0"});
    EXPECT_EQ(faultline(replay(folder.path, bit30)).code, 0);
}

TEST_F(StoredResult, ReplaysFromItsFileOrItsFolder) {
    EXPECT_EQ(faultline(replay(folder.path, point)).code, 0);
    EXPECT_EQ(faultline(replay(folder.path / "result.json", point)).code, 0);
}

TEST_F(StoredResult, WithAnotherCountIsToldApart) {
    auto& tally = result["runs"][0]["trials"][1]["tally"];
    tally["top1"] = tally["top1"].get<int>() + 1;
    write(folder.path / "result.json", core::to_text(result));
    const auto said = faultline(replay(folder.path, point));
    EXPECT_EQ(said.code, 4);
    EXPECT_THAT(said.err, HasSubstr("runs[0].trials[1].tally: other counts were measured now"));
    EXPECT_THAT(said.out, HasSubstr("differs"));
    EXPECT_EQ(faultline(replay(folder.path, point, 1)).code, 0) << "the other run is as it was";
}

TEST_F(StoredResult, OfOtherSurroundingsNamesThemWhereCountsDiffer) {
    result["runs"][0]["trials"][1]["tally"]["top5"] = 21;
    write(folder.path / "result.json", core::to_text(result));
    const auto said = faultline(replay(folder.path, point) + Words{"--batch", "5"});
    EXPECT_EQ(said.code, 4);
    EXPECT_THAT(said.err, HasSubstr("batch was 20, is 5"));
}

TEST_F(StoredResult, WithAChangedFaultListIsRefused) {
    auto faults = read(folder.path / "faults.csv");
    faults[faults.size() - 2] ^= 1;
    write(folder.path / "faults.csv", faults);
    expect_refused_replay(3, {"faults.csv: its SHA-256 is", "faults.sha256"});
}

TEST_F(StoredResult, WhoseFaultsAreNotThoseOfItsConfigIsRefused) {
    result["config"]["campaign"]["seed"] = 2;
    expect_refused_replay(4, {"faults of run 0", "not those that its config draws"});
}

TEST_F(StoredResult, LacksTheRunOrThePoint) {
    expect_refused(replay(folder.path, point, 2), 2, {"result.json: runs", "run 2", "0, 1"});
    expect_refused(replay(folder.path, "bit=30"), 2,
                   {"result.json: runs[0].trials", "\"bit=30\"", "\"indexed/float32/bit=0\""});
    expect_refused({"replay", folder.path.string()}, 2, {"there are 2 entries"});
    expect_refused({"replay"}, 2, {"no result"});
}

TEST_F(StoredResult, OfAnotherModelIsRefused) {
    result["formats"][0]["model_sha256"] = std::string(64, '0');
    expect_refused_replay(3,
                          {"result.json: formats[0].model_sha256 was", "a replay needs the same"});
}

TEST_F(StoredResult, OfOtherImagesIsRefused) {
    expect_refused_replay(3, {"identity.images_sha256 was"}, {"--first", "19"});
    expect_refused_replay(3, {"identity.preprocessing_sha256 was"}, {"--scale", "254"});
}

TEST_F(StoredResult, ThatNamesFilesWhichAreGoneSaysWhereTheyWere) {
    result["config"]["network"]["model"] = "signs.pt";
    expect_refused_replay(3, {"signs.pt: no such file", "configs/demo/signs.pt", "--model"});
    EXPECT_EQ(
        faultline(replay(folder.path, point) + Words{"--model", project("configs/demo/signs.pt")})
            .code,
        0);
    result["config"]["network"]["model"] = project("configs/demo/signs.pt");
    result["config"]["dataset"]["images"] = "images";
    expect_refused_replay(3, {"images: no such file", "configs/demo/images", "--images"});
}

TEST_F(StoredResult, WithoutAKeyNamesFileAndKey) {
    const auto whole = result;
    for (const std::string key :
         {"/config", "/runs", "/identity", "/faults", "/environment", "/runs/0/trials",
          "/runs/0/trials/1/tally", "/runs/0/trials/1/tally/sdc1", "/runs/0/trials/1/faults",
          "/runs/0/trials/1/faults/first", "/faults/sha256", "/faults/file",
          "/identity/images_sha256", "/formats", "/formats/0/file", "/formats/0/first_trial",
          "/formats/0/model_sha256"}) {
        result = whole;
        const core::Json::json_pointer place(key);
        result[place.parent_pointer()].erase(place.back());
        write(folder.path / "result.json", core::to_text(result));
        const auto said = faultline(replay(folder.path, point));
        EXPECT_EQ(said.code, 3) << key << said.err;
        EXPECT_THAT(said.err, HasSubstr(place.back() + " is missing")) << key;
        EXPECT_THAT(said.err, HasSubstr("result.json: ")) << key;
    }
}

TEST_F(StoredResult, WithAValueOfAnotherTypeNamesFileAndKey) {
    const auto whole = result;
    const std::vector<std::pair<std::string, core::Json>> changes = {
        {"/runs", 1},
        {"/runs/0", "first"},
        {"/runs/0/trials", core::Json::object()},
        {"/runs/0/trials/1/faults", {1, 2}},
        {"/runs/0/trials/1/faults/first", -1},
        {"/runs/0/trials/1/faults/count", 1.5},
        {"/runs/0/trials/1/tally/top1", "19"},
        {"/faults/file", nullptr},
        {"/faults/sha256", 5},
        {"/identity", core::Json::array()},
        {"/formats", "float32"},
        {"/formats", core::Json::array()},
        {"/formats/0/first_trial", 5},
        {"/formats/0/first_trial", -1},
        {"/formats/0/file", 1},
        {"/config", "none"},
        {"/config/campaign", 7},
        {"/config/campaign/runs", 0},
        {"/config/campaign/colour", "red"}};
    for (const auto& [key, value] : changes) {
        result = whole;
        result[core::Json::json_pointer(key)] = value;
        write(folder.path / "result.json", core::to_text(result));
        const auto said = faultline(replay(folder.path, point));
        EXPECT_EQ(said.code, 3) << key << ": " << said.err;
        EXPECT_THAT(said.err, HasSubstr("result.json: ")) << key;
        EXPECT_THAT(said.err, testing::Not(HasSubstr("internal failure"))) << key;
    }
}

TEST_F(StoredResult, WhoseFaultsReachBeyondTheListIsRefused) {
    const auto whole = result;
    for (const std::string key : {"first", "count"}) {
        result = whole;
        result["runs"][0]["trials"][1]["faults"][key] = std::uint64_t{1} << 63U;
        expect_refused_replay(3, {"runs[0].trials[1].faults reaches beyond the end"});
    }
}

TEST_F(StoredResult, WhosePointsAreNotItsConfigsIsRefused) {
    result["config"]["campaign"]["bits"] = {30};
    expect_refused_replay(3, {"runs[0].trials[1]", "its config makes 1 points"});
    result["config"]["campaign"]["bits"] = {0, 31};
    expect_refused_replay(3, {"bit=30 isn't the one in this place"});
}

TEST_F(StoredResult, ThatIsNoJsonIsABadInput) {
    for (const std::string text : {"", "{", "faults", "{\"runs\": [1, 2", "[]", "5"}) {
        write(folder.path / "result.json", text);
        expect_refused(replay(folder.path, point), 3, {"result.json"});
    }
    expect_refused(replay(folder.path / "other.json", point), 3, {"other.json", "No such file"});
    expect_refused(replay("/", point), 3, {"/result.json"});
}

}  // namespace
}  // namespace faultline::cli
