// Two results side by side. They are stored ones: what was measured is made up run by run, and so
// is the fault list.

#include <faultline/core/hash.h>

#include <functional>

#include "world.h"

namespace faultline::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

/// What a made-up campaign came to.
struct Story {
    int runs = 12;
    int seed = 1;
    std::function<int(int run, int point)> right = [](int run, int) { return 30 + run % 5; };
    int first_element = 0;  ///< where its faults strike
    std::function<void(core::Json&)> change = [](core::Json&) {};
};

core::Json run_json(const core::Json& sample, const Story& story, int run, std::string& faults) {
    auto json = sample;
    json["run"] = run;
    int place = 0;
    for (auto& trial : json["trials"]) {
        const auto rows = std::count(faults.begin(), faults.end(), '\n') - 1;
        trial["faults"] = {{"first", rows}, {"count", 4}};
        trial["tally"]["top1"] = story.right(run, place);
        for (int row = 0; row < 4; ++row)
            faults += std::to_string(run) + "," + std::to_string(place) + ",0," +
                      std::to_string(story.first_element + row) + ",00000001,3f800000,3f800001\n";
        ++place;
    }
    return json;
}

/// The folder holds a campaign's result and fault list; its name is returned.
std::string store(const fs::path& folder, const Story& story = {}) {
    auto result = read_json(project("tests/data/results/indexed.json"));
    const auto sample = result["runs"][0];
    std::string faults = "run,trial,tensor,element,mask,before,after\n";
    result["runs"] = core::Json::array();
    for (int run = 0; run < story.runs; ++run)
        result["runs"].push_back(run_json(sample, story, run, faults));
    result["status"] = {
        {"complete", true}, {"runs_done", story.runs}, {"runs_planned", story.runs}};
    result["config"]["campaign"]["seed"] = story.seed;
    result["faults"]["sha256"] = core::sha256(faults);
    story.change(result);
    write(folder / "faults.csv", faults);
    write(folder / "result.json", core::to_text(result));
    return folder.string();
}

Story worse() {
    Story story;
    story.right = [](int run, int point) { return 30 + run % 5 - (point == 1 ? 9 : 0); };
    return story;
}

void expect_incomparable(const std::function<void(core::Json&)>& change, const Words& parts) {
    const TemporaryFolder folder;
    Story other;
    other.change = change;
    expect_refused({"compare", store(folder.path / "a"), store(folder.path / "b", other)}, 3,
                   parts);
}

TEST(Compare, OfAResultWithItselfIsNoRegression) {
    const TemporaryFolder folder;
    const auto a = store(folder.path / "a");
    const auto said = expect_done({"compare", a, a + "/result.json"});
    EXPECT_THAT(said.out,
                HasSubstr("paired: 3 of 3 points had the same faults run by run (12 runs)"));
    EXPECT_THAT(said.out, HasSubstr("no regression: 0 points significantly worse"));
    EXPECT_EQ(said.err, "");
}

TEST(Compare, FindsAPointThatIsWorse) {
    const TemporaryFolder folder;
    const auto a = store(folder.path / "a"), b = store(folder.path / "b", worse());
    const auto said = faultline({"compare", a, b});
    EXPECT_EQ(said.code, 1) << said.err;
    EXPECT_THAT(said.out, HasSubstr("Holm\nindexed/float32/bit=30 "));
    EXPECT_THAT(said.out, HasSubstr("regression: 1 point significantly worse"));
    EXPECT_EQ(faultline({"compare", b, a}).code, 0) << "the other way it is better";
}

TEST(Compare, PairsOnlyWhereTheSameFaultsStruck) {
    const TemporaryFolder folder;
    const auto a = store(folder.path / "a");
    Story elsewhere;
    elsewhere.first_element = 7;
    EXPECT_THAT(
        expect_done({"compare", a, store(folder.path / "b", elsewhere)}).out,
        HasSubstr("unpaired: all points (run 0 of indexed/float32/bit=0 has other faults)"));
    Story seed;
    seed.seed = 2;
    EXPECT_THAT(expect_done({"compare", a, store(folder.path / "c", seed)}).out,
                HasSubstr("unpaired: all points (other faults: seed 2, was 1); permutation test"));
    Story other_words;  // another network's weights under the same faults
    other_words.change = [](core::Json& result) { result["identity"]["campaign_sha256"] = ""; };
    EXPECT_THAT(expect_done({"compare", a, store(folder.path / "d", other_words)}).out,
                HasSubstr("paired: 3 of 3"));
}

TEST(Compare, PairsTheRunsThatBothHave) {
    const TemporaryFolder folder;
    Story more;
    more.runs = 30;
    const auto said =
        expect_done({"compare", store(folder.path / "a"), store(folder.path / "b", more)});
    EXPECT_THAT(said.out, HasSubstr("run by run (12 runs)"));
}

TEST(Compare, SaysThatTooFewRunsFindNothing) {
    const TemporaryFolder folder;
    auto few = worse();
    few.runs = 5;
    const auto said =
        expect_done({"compare", store(folder.path / "a"), store(folder.path / "b", few)});
    EXPECT_THAT(said.out, HasSubstr("too few runs: the smallest p"));
}

TEST(Compare, LeavesOutPointsThatOneLacks) {
    const TemporaryFolder folder;
    Story fewer;
    fewer.change = [](core::Json& result) { result["points"].erase(2); };
    const auto said =
        expect_done({"compare", store(folder.path / "a"), store(folder.path / "b", fewer)});
    EXPECT_THAT(said.out,
                HasSubstr("only in base, not compared: 1 point (indexed/float32/bit=31)"));
}

TEST(Compare, FindsAGoldenThatIsWorse) {
    const TemporaryFolder folder;
    Story story;
    story.change = [](core::Json& result) {
        result["golden"][0]["before"]["top1"] = 8;
        result["golden"][0]["right"] = "ff000000000000";
    };
    const auto said =
        faultline({"compare", store(folder.path / "a"), store(folder.path / "b", story)});
    EXPECT_EQ(said.code, 1);
    EXPECT_THAT(said.out, HasSubstr("Holm\ngolden/float32 "));
}

TEST(Compare, HoldsGatesAgainstTheNewResultAndTheChange) {
    const TemporaryFolder folder;
    const auto a = store(folder.path / "a"), b = store(folder.path / "b", worse());
    const auto gate = [&](const Words& words) { return faultline(Words{"compare", a, b} + words); };
    EXPECT_EQ(gate({"--gate", "*/bit=0 top1_change.low >= -0.5"}).code, 1) << "bit 30 is worse";
    EXPECT_EQ(gate({"--gate", "*/bit=0 top1_change.low >= -0.5", "--gates-only"}).code, 0);
    const auto failed = gate({"--gate", "* top1_change.mean >= -0.02", "--gates-only"});
    EXPECT_EQ(failed.code, 1);
    EXPECT_THAT(failed.out, HasSubstr("gates: 2 of 3 passed\nFAIL indexed/float32/bit=30: "
                                      "top1_change.mean is -0.18, >= -0.02 was asked"));
    const auto own =
        read_json(fs::path(b) / "result.json")["points"][1]["statistics"]["top1"]["mean"];
    const auto bound = std::to_string(own.get<double>() - 0.001);
    EXPECT_EQ(gate({"--gate", "*/bit=30 top1.mean >= " + bound, "--gates-only"}).code, 0);
}

TEST(Compare, TakesGatesFromAConfig) {
    const TemporaryFolder folder;
    const auto a = store(folder.path / "a");
    write(folder.path / "gates.json", R"({"gates": {"gate": ["* top1_change.mean >= 0.5"]}})");
    const auto said =
        faultline({"compare", a, a, "--config", (folder.path / "gates.json").string()});
    EXPECT_EQ(said.code, 1) << said.err;
    EXPECT_THAT(said.out,
                HasSubstr("regression: 0 points significantly worse, 3 of 3 gates failed"));
}

TEST(Compare, WritesReports) {
    const TemporaryFolder folder;
    const auto a = store(folder.path / "a"), b = store(folder.path / "b", worse());
    const auto file = [&](const std::string& name) { return (folder.path / name).string(); };
    EXPECT_EQ(faultline({"compare", a, b, "--gate", "* top1_change.mean >= -0.5", "--json",
                         file("c.json"), "--junit", file("c.xml"), "--markdown", file("c.md")})
                  .code,
              1);
    const auto json = read_json(file("c.json"));
    EXPECT_EQ(json["kind"], "comparison");
    EXPECT_EQ(json["paired_points"], 3);
    EXPECT_EQ(json["points"][1]["finding"], "worse");
    EXPECT_EQ(json["gates"].size(), 3U);
    EXPECT_THAT(read(file("c.xml")), HasSubstr("tests=\"7\" failures=\"1\""));
    EXPECT_THAT(read(file("c.md")), HasSubstr("1 of 7 checks failed."));
}

TEST(Compare, WritesNoReportOverAResult) {
    const TemporaryFolder folder;
    const auto a = store(folder.path / "a");
    const auto before = read(fs::path(a) / "result.json");
    for (const std::string flag : {"--json", "--junit", "--markdown"})
        expect_refused({"compare", a, a, flag, a + "/result.json"}, 2,
                       {"one of the results told of"});
    EXPECT_EQ(read(fs::path(a) / "result.json"), before);
    expect_refused({"compare", a, a, "--junit", a + "/none/c.xml"}, 2, {"there is no folder"});
}

TEST(Compare, RefusesResultsOfOtherThings) {
    using Json = core::Json;
    expect_incomparable(
        [](Json& r) { r["identity"]["images_sha256"] = std::string(64, '0'); },
        {"other images or labels (images_sha256: \"ccc", "ccc\", now \"000", "measure both alike"});
    expect_incomparable(
        [](Json& r) { r["identity"]["preprocessing_sha256"] = std::string(64, '0'); },
        {"other preprocessing"});
    expect_incomparable(
        [](Json& r) {
            r["network"]["layers"][0]["tensors"][0]["shape"] = {1, 2};
        },
        {"other layers or tensors", "shape"});
    expect_incomparable([](Json& r) { r["network"]["classes"] = 3; }, {"other classes", "3"});
    expect_incomparable([](Json& r) { r["fault_model"]["bits_per_error"] = 2; },
                        {"other fault model", "bits_per_error: 1, now 2"});
    expect_incomparable([](Json& r) { r["config"]["campaign"]["positions"] = 9; },
                        {"other settings of the campaign", "positions: 4, now 9"});
}

TEST(Compare, RefusesResultsWithoutAPointInCommon) {
    expect_incomparable(
        [](core::Json& r) {
            r["formats"][0]["name"] = "fixed8";
            for (auto& point : r["points"]) point["key"] = "x" + point["key"].get<std::string>();
            for (auto& run : r["runs"])
                for (auto& trial : run["trials"])
                    trial["key"] = "x" + trial["key"].get<std::string>();
        },
        {"have no point in common", "the formats are float32 and fixed8"});
}

TEST(Compare, RefusesWhatIsNoFinishedResult) {
    using Json = core::Json;
    expect_incomparable([](Json& r) { r["status"]["complete"] = false; }, {"finish the campaign"});
    expect_incomparable([](Json& r) { r["schema_version"] = "1"; },
                        {"schema_version is '1', but", "compares results of '5'"});
    expect_incomparable([](Json& r) { r["kind"] = "comparison"; }, {"kind is 'comparison'"});
    expect_incomparable([](Json& r) { r = Json::object(); },
                        {"kind is missing; is this a result?"});
    expect_incomparable([](Json& r) { r = Json::array(); }, {"an object belongs there"});
    expect_incomparable([](Json& r) { r["runs"][3]["trials"].erase(1); },
                        {"runs[3]", "bit=30 is missing"});
    expect_incomparable([](Json& r) { r["runs"][3]["run"] = 2; }, {"runs[3].run", "twice"});
    expect_incomparable([](Json& r) { r["runs"][3]["trials"][1]["tally"]["top1"] = 51; },
                        {"top1 is 51 of 50 images"});
    expect_incomparable([](Json& r) { r["runs"][3]["trials"][1]["faults"]["count"] = 4000; },
                        {"beyond the end of the fault list"});
    expect_incomparable([](Json& r) { r["runs"].clear(); }, {"no runs of any point"});
    expect_incomparable([](Json& r) { r["golden"][0]["right"] = "f0"; },
                        {"golden[0].right", "no bitmap of 50"});
    expect_incomparable([](Json& r) { r["config"]["campaign"]["allocate"] = true; },
                        {"allocate is true", "plain runs"});
    expect_incomparable([](Json& r) { r["faults"]["sha256"] = ""; },
                        {"SHA-256", "was it changed?"});
}

TEST(Compare, RefusesAMissingFaultListOnlyWhereItIsNeeded) {
    const TemporaryFolder folder;
    const auto a = store(folder.path / "a");
    Story seed;
    seed.seed = 2;
    const auto b = store(folder.path / "b", seed), c = store(folder.path / "c");
    for (const auto& each : {b, c}) fs::remove(fs::path(each) / "faults.csv");
    expect_refused({"compare", a, c}, 3, {"faults.csv"});
    expect_done({"compare", a, b});
}

TEST(Compare, RefusesWrongWords) {
    const TemporaryFolder folder;
    const auto a = store(folder.path / "a");
    expect_refused({"compare", a}, 2, {"two results, BASE and NEW, not 1"});
    expect_refused({"compare", a, a, a}, 2, {"not 3"});
    expect_refused({"compare", a, a, "--gates-only"}, 2, {"--gate to decide by"});
    expect_refused({"compare", a, a, "--confidence", "1"}, 2, {"--confidence"});
    expect_refused({"compare", a, a, "--gate", "*/bit=3 top1 > 0"}, 2,
                   {"nothing has the key */bit=3", "there are indexed/float32/bit=0"});
    expect_refused({"compare", a, (folder.path / "none").string()}, 3, {"none"});
}

}  // namespace
}  // namespace faultline::cli
