// One network, stored in several formats, from the command line to files and back.

#include <map>
#include <set>

#include "world.h"

namespace faultline::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string plain() { return tests::model("plain_traced"); }
std::string fixed8() { return tests::model("fixed8"); }

/// 20 of the demonstration's images in the size that the tiny networks take.
Words images() {
    return Words{"--images",      project("configs/demo/images"),
                 "--first",       "20",
                 "--threads",     "1",
                 "--resize",      "squash",
                 "--resize-size", "8"} +
           demo_preprocessing();
}

Words small(const fs::path& output, const std::string& test) {
    return images() + Words{"--test",        test,       "--runs", "3",           "--output",
                            output.string(), "--errors", "1,3",    "--positions", "4"};
}

Words two_formats(const fs::path& output, const std::string& test) {
    return Words{"run", plain(), "--quantized", fixed8()} + small(output, test);
}

Words replay(const fs::path& result, const std::string& point, int run) {
    return {"replay", result.string(),     "--point",    point,
            "--run",  std::to_string(run), "--progress", "none"};
}

/// The rows of faults.csv as lists of fields.
std::vector<Words> fault_rows(const fs::path& folder) {
    std::istringstream text(read(folder / "faults.csv"));
    std::vector<Words> rows;
    for (std::string line; std::getline(text, line);) {
        auto& row = rows.emplace_back();
        std::istringstream fields(line);
        for (std::string field; std::getline(fields, field, ',');) row.push_back(field);
    }
    rows.erase(rows.begin());
    return rows;
}

Words names_of(const core::Json& formats) {
    Words names;
    for (const auto& format : formats) names.push_back(format["name"]);
    return names;
}

TEST(Formats, AreMeasuredSideBySideIntoOneResult) {
    const TemporaryFolder folder;
    const auto said = expect_done(two_formats(folder.path, "full"));
    EXPECT_THAT(said.out, HasSubstr("float32, golden: top-1 "));
    EXPECT_THAT(said.out, HasSubstr("\nfixed8, golden: top-1 "));
    EXPECT_THAT(said.out, HasSubstr("bit error rate"));

    const auto result = read_json(folder.path / "result.json");
    EXPECT_EQ(result["schema_version"], "5");
    EXPECT_THAT(names_of(result["formats"]), ElementsAre("float32", "fixed8"));
    EXPECT_EQ(result["formats"][1]["file"], "network.quantized[0]");
    EXPECT_EQ(result["formats"][0]["exposed_bits"], 1514 * 32);
    EXPECT_EQ(result["formats"][1]["exposed_bits"], 1514 * 8);
    EXPECT_GT(result["timing"]["formats"][1]["work"]["macs_done"], 0);
    EXPECT_EQ(result["golden"].size(), 2U);
    EXPECT_EQ(result["points"].size(), 4U);
    EXPECT_EQ(result["points"][2]["key"], "full/fixed8/errors=1");
    ASSERT_EQ(result["runs"].size(), 3U);
    EXPECT_EQ(result["runs"][2]["trials"].size(), 4U);
    EXPECT_EQ(result["runs"][2]["trials"][3]["parent"], "full/fixed8/errors=1");
    EXPECT_EQ(result["faults"]["count"], 2 * 3 * 3);
    EXPECT_EQ(result["environment"]["host"]["quantized"], core::Json({fixed8()}));
    EXPECT_EQ(result["network"]["layers"][0]["tensors"][0]["formats"][0], "float32");
    EXPECT_THAT(result["network"]["layers"][0]["tensors"][0]["formats"][1].get<std::string>(),
                testing::StartsWith("fixed8:f"));
}

TEST(Formats, HitTheSameElements) {
    for (const std::string test : {"full", "indexed", "layer"}) {
        const TemporaryFolder folder;
        const auto result = result_of(two_formats(folder.path, test), folder.path);
        const auto rows = fault_rows(folder.path);
        for (const auto& run : result["runs"]) {
            std::map<std::string, std::set<Words>> elements;
            for (const auto& trial : run["trials"]) {
                const auto key = trial["key"].get<std::string>();
                const auto first = trial["faults"]["first"].get<std::size_t>();
                for (std::size_t i = 0; i < trial["faults"]["count"]; ++i) {
                    const auto& row = rows.at(first + i);
                    const bool fixed = key.find("/fixed8/") != key.npos;
                    elements[fixed ? "fixed8" : "float32"].insert({row[2], row[3]});
                    EXPECT_EQ(row[5].starts_with("000000"), fixed) << row[5];
                }
            }
            EXPECT_FALSE(elements["fixed8"].empty());
            EXPECT_EQ(elements["fixed8"], elements["float32"]) << test;
        }
    }
}

TEST(Formats, TogetherGiveWhatEachGivesAlone) {
    const TemporaryFolder folder;
    const auto both = result_of(two_formats(folder.path / "both", "indexed"), folder.path / "both");
    std::size_t first = 0;
    for (const auto& model : {plain(), fixed8()}) {
        const auto output = folder.path / std::to_string(first);
        const auto one = result_of(Words{"run", model} + small(output, "indexed"), output);
        EXPECT_EQ(one["formats"].size(), 1U);
        EXPECT_EQ(one["formats"][0]["file"], "network.model");
        for (std::size_t run = 0; run < 3; ++run) {
            const auto& alone = one["runs"][run]["trials"];
            for (std::size_t i = 0; i < alone.size(); ++i) {
                EXPECT_EQ(both["runs"][run]["trials"][first + i]["tally"], alone[i]["tally"]);
                EXPECT_EQ(both["runs"][run]["trials"][first + i]["key"], alone[i]["key"]);
            }
        }
        first += one["points"].size();
    }
    EXPECT_EQ(first, 32U + 8U);
}

TEST(Formats, AgreeWithWholePassesInEveryTrial) {
    const TemporaryFolder folder;
    for (const std::string test : {"full", "indexed", "layer"}) {
        const auto resumed = folder.path / (test + "-resumed"),
                   whole = folder.path / (test + "-whole");
        const auto one = result_of(two_formats(resumed, test) + Words{"--verify", "1"}, resumed);
        const auto two =
            result_of(two_formats(whole, test) + Words{"--evaluation", "whole"}, whole);
        EXPECT_EQ(one["runs"], two["runs"]);
        EXPECT_EQ(one["golden"], two["golden"]);
        EXPECT_EQ(one["verification"]["trials_checked"], one["runs"].size() * one["points"].size());
    }
}

TEST(Formats, GiveTheSameResultAgainAndFromTheEcho) {
    const TemporaryFolder folder;
    const auto one = result_of(two_formats(folder.path / "1", "full"), folder.path / "1");
    const auto two = result_of(two_formats(folder.path / "2", "full"), folder.path / "2");
    EXPECT_EQ(repeatable(one), repeatable(two));
    EXPECT_EQ(read(folder.path / "1/faults.csv"), read(folder.path / "2/faults.csv"));

    write(folder.path / "echo.json", core::to_text(one["config"]));
    const auto again = folder.path / "3";
    const auto three = result_of({"run", "--config", (folder.path / "echo.json").string(),
                                  "--output", again.string(), "--progress", "none"},
                                 again);
    EXPECT_EQ(repeatable(one), repeatable(three));
}

TEST(Formats, AreIdentifiedByEveryModelsHash) {
    const TemporaryFolder folder;
    fs::copy(fixed8(), folder.path / "copy.pt");
    const auto one = result_of(two_formats(folder.path / "1", "full"), folder.path / "1");
    const auto moved =
        result_of(Words{"run", plain(), "--quantized", (folder.path / "copy.pt").string()} +
                      small(folder.path / "2", "full"),
                  folder.path / "2");
    EXPECT_EQ(moved["identity"], one["identity"]);
    const auto other =
        result_of(Words{"run", tests::model("plain_scripted"), "--quantized", fixed8()} +
                      small(folder.path / "3", "full"),
                  folder.path / "3");
    EXPECT_NE(other["identity"]["campaign_sha256"], one["identity"]["campaign_sha256"]);
}

TEST(Formats, AreReplayedFromTheRightFile) {
    const TemporaryFolder folder;
    for (const std::string test : {"full", "indexed", "layer"}) {
        const auto output = folder.path / test;
        const auto result = result_of(two_formats(output, test), output);
        const auto& trials = result["runs"][1]["trials"];
        for (std::size_t i = 0; i < trials.size(); i += 1 + trials.size() / 8) {
            const auto key = trials[i]["key"].get<std::string>();
            const auto said = faultline(replay(output, key, 1));
            EXPECT_EQ(said.code, 0) << key << ": " << said.err;
        }
        const auto last = trials.back()["key"].get<std::string>();
        EXPECT_THAT(last, HasSubstr("/fixed8/"));
        EXPECT_EQ(faultline(replay(output, last, 1)).code, 0);
    }
    const auto output = folder.path / "full";
    auto result = read_json(output / "result.json");
    result["config"]["network"]["quantized"] = {"gone.pt"};
    write(output / "result.json", core::to_text(result));
    const auto point = "full/fixed8/errors=3";
    expect_refused(replay(output, point, 0), 3, {"gone.pt: no such file", "--quantized"});
    EXPECT_EQ(faultline(replay(output, point, 0) + Words{"--quantized", fixed8()}).code, 0);
    expect_refused(replay(output, point, 0) + Words{"--quantized", tests::model("fixed_mixed")}, 3,
                   {"formats[1].model_sha256 was"});
    EXPECT_EQ(faultline(replay(output, "full/float32/errors=3", 0)).code, 0);
}

TEST(Formats, MayBeRestricted) {
    const TemporaryFolder folder;
    const auto result =
        result_of(two_formats(folder.path, "full") + Words{"--formats", "fixed8"}, folder.path);
    EXPECT_THAT(names_of(result["formats"]), ElementsAre("fixed8"));
    EXPECT_EQ(result["points"].size(), 2U);
    EXPECT_EQ(faultline(replay(folder.path, "full/fixed8/errors=3", 2)).code, 0);
}

TEST(Formats, AreMeasuredInTheOrderNamed) {
    const TemporaryFolder folder;
    const auto result = result_of(
        two_formats(folder.path, "full") + Words{"--formats", "fixed8,float32"}, folder.path);
    EXPECT_THAT(names_of(result["formats"]), ElementsAre("fixed8", "float32"));
    EXPECT_EQ(result["points"][0]["key"], "full/fixed8/errors=1");
}

TEST(Formats, OfMixedWidthsAreMeasuredAndReplayed) {
    const TemporaryFolder folder;
    const auto output = folder.path / "mixed";
    const auto result =
        result_of(Words{"run", tests::model("fixed_mixed")} + small(output, "indexed"), output);
    EXPECT_EQ(result["points"].size(), 32U);
    EXPECT_EQ(result["points"][3]["errors"], 4);
    EXPECT_EQ(result["points"][3]["role"], "mantissa/sign/fraction");
    EXPECT_LE(result["points"][30]["errors_mean"], 4);
    const auto format = result["formats"][0]["name"].get<std::string>();
    EXPECT_EQ(format, "fixed4+fixed6:sign-magnitude+fixed8+float32");
    EXPECT_EQ(faultline(replay(output, "indexed/" + format + "/bit=5", 2)).code, 0);
}

void expect_formats_refused(const Words& models, int code, const Words& parts) {
    const TemporaryFolder folder;
    const auto output = folder.path / "result";
    expect_refused(Words{"run"} + models + small(output, "full"), code, parts);
    EXPECT_FALSE(fs::exists(output));
}

TEST(BadFormats, ThatNoModelStoresNameTheCommandThatMakesThem) {
    expect_formats_refused(
        {plain(), "--formats", "fixed8"}, 2,
        {"formats: no given model stores fixed8", "float32 (" + plain() + ")",
         "faultline quantize " + plain() + " --bits 8 --calibrate IMAGES -o Q.pt",
         "--quantized Q.pt"});
    expect_formats_refused({plain(), "--formats", "fixed6:sign-magnitude"}, 2,
                           {"--bits 6", "--encoding sign-magnitude"});
    expect_formats_refused({fixed8(), "--formats", "float32,fixed8"}, 2,
                           {"no given model stores float32", "as --model"});
    expect_formats_refused({plain(), "--formats", "float31"}, 2, {"float31"});
    expect_formats_refused({plain(), "--formats", "float32,float32"}, 2,
                           {"float32 is named twice"});
}

TEST(BadFormats, GivenTwiceNameBothFiles) {
    expect_formats_refused({plain(), "--quantized", tests::model("plain_scripted")}, 2,
                           {"plain_traced.pt", "plain_scripted.pt", "both store float32"});
}

TEST(BadFormats, OfAnotherNetworkNameFileAndTensor) {
    expect_formats_refused({plain(), "--quantized", tests::model("tied")}, 3,
                           {"tied.pt has no tensor features.0.weight", "plain_traced.pt has"});
    expect_formats_refused({tests::model("fixed_mixed"), "--quantized", fixed8()}, 3,
                           {"fixed8.pt has no tensor stem.weight", "batch-norm was folded",
                            "faultline quantize --fold-only"});
}

TEST(BadFormats, AreFoundBeforeTheImagesAreLookedAt) {
    expect_formats_refused({plain(), "--formats", "fixed8", "--images", "nowhere"}, 2, {"fixed8"});
    expect_formats_refused({plain(), "--quantized", fixed8(), "--bits-per-error", "9"}, 2,
                           {"bits_per_error: 9", "fixed8"});
}

TEST(BadFormats, OfAMissingFileAreTold) {
    expect_formats_refused({plain(), "--quantized", "nowhere.pt"}, 3, {"nowhere.pt"});
}

TEST(Quantized, IsNoFlagWhereOneNetworkIsMeant) {
    for (const std::string subcommand : {"evaluate", "inspect"})
        expect_refused({subcommand, plain(), "--quantized", fixed8()}, 2, {"--quantized"});
}

}  // namespace
}  // namespace faultline::cli
