#include <faultline/core/hash.h>

#include "sweep_world.h"

namespace faultline::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Words names(const core::Json& cells) {
    Words all;
    for (const auto& cell : cells) {
        EXPECT_EQ(cell["index"], all.size());
        EXPECT_EQ(cell["folder"], cell["name"]);
        all.push_back(cell["name"]);
    }
    return all;
}

/// {"AXIS": {"NAME0": {}, ...}, ...} of so many values each.
core::Json matrix(const std::vector<std::size_t>& counts) {
    core::Json matrix;
    for (std::size_t axis = 0; axis < counts.size(); ++axis) {
        for (std::size_t value = 0; value < counts[axis]; ++value)
            matrix["axis" + std::to_string(axis)][std::to_string(value)] = core::Json::object();
    }
    return {{"matrix", matrix}};
}

TEST(Sweep, HasEveryCombinationAndTheLastAxisChangesFastest) {
    const SweepWorld world;
    EXPECT_THAT(names(world.cells()), ElementsAre("bit=low,seed=1", "bit=low,seed=2",
                                                  "bit=high,seed=1", "bit=high,seed=2"));
    const auto listed = expect_done({"sweep", world.file}).out;
    EXPECT_THAT(listed, HasSubstr(world.file + ": 4 cells\n"));
    EXPECT_THAT(listed, HasSubstr("\n     3  bit=high,seed=2\n"));
}

TEST(Sweep, LeavesOutWhatIsExcludedAndNumbersTheRest) {
    auto sweep = tiny_sweep();
    sweep["exclude"] = json(R"([{"bit": "low", "seed": "2"}])");
    EXPECT_THAT(names(SweepWorld(sweep).cells()),
                ElementsAre("bit=low,seed=1", "bit=high,seed=1", "bit=high,seed=2"));
    sweep["exclude"] = json(R"([{"bit": ["low", "high"], "seed": "1"}, {"bit": "low"}])");
    EXPECT_THAT(names(SweepWorld(sweep).cells()), ElementsAre("bit=high,seed=2"));
}

TEST(Sweep, MergesBaseAndValuesAndLaterAxesWin) {
    auto sweep = tiny_sweep();
    sweep["base"]["dataset"]["first"] = 7;
    sweep["matrix"]["seed"]["2"] = json(R"({"campaign": {"positions": 9, "bits": "0-2"}})");
    const auto cells = SweepWorld(sweep).cells();
    EXPECT_EQ(cells[2]["config"], json(R"({
        "campaign": {"test": "indexed", "runs": 1, "positions": 2, "bits": [30], "seed": 1},
        "dataset": {"first": 7}})"));
    EXPECT_EQ(cells[3]["config"]["campaign"]["positions"], 9);
    EXPECT_EQ(cells[3]["config"]["campaign"]["bits"], json("[0, 1, 2]"));
    EXPECT_FALSE(cells[3]["config"]["campaign"].contains("seed"));
    EXPECT_EQ(cells[3]["values"], json(R"({"bit": "high", "seed": "2"})"));
}

TEST(Sweep, CellDoesWhatItsConfigsDoOneAfterAnother) {
    // A named preprocessing sets the crop again, whatever was said about it before.
    auto sweep = tiny_sweep();
    sweep["base"] = json(R"([{"dataset": {"preprocessing": "caffe", "crop": 200}},
                             {"campaign": {"compat": "paper"}}])");
    sweep["matrix"]["seed"]["2"] = json(R"({"dataset": {"preprocessing": "torchvision"}})");
    const auto cells = SweepWorld(sweep).cells();
    EXPECT_EQ(cells[0]["config"]["dataset"]["crop"], 200);
    EXPECT_EQ(cells[1]["config"]["dataset"]["crop"], 224);
    EXPECT_EQ(cells[1]["config"]["campaign"]["compat"], "paper");
}

TEST(Sweep, FindsConfigFilesFromItsOwnFolder) {
    auto sweep = tiny_sweep();
    sweep["base"] = json(R"(["parts/base.json", {"campaign": {"runs": 3}}])");
    sweep["matrix"]["seed"]["1"] = "parts/one.json";
    const SweepWorld world(sweep);
    write(world.folder.path / "parts/base.json", R"({"campaign": {"runs": 2, "positions": 4}})");
    write(world.folder.path / "parts/one.json", R"({"campaign": {"seed": 77}})");
    const auto campaign = world.cells()[0]["config"]["campaign"];
    EXPECT_EQ(campaign["positions"], 4);
    EXPECT_EQ(campaign["runs"], 3);
    EXPECT_EQ(campaign["seed"], 77);

    fs::remove(world.folder.path / "parts/one.json");
    expect_refused({"sweep", world.file}, 2, {"matrix.seed.1: ", "parts/one.json: "});
}

TEST(Sweep, WithAMistakeAnywhereIsRefusedByFileAndKey) {
    const SweepWorld world;
    const auto refused = [&](const std::string& pointer, const std::string& value,
                             const Words& parts) {
        auto sweep = tiny_sweep();
        sweep[core::Json::json_pointer(pointer)] = json(value);
        world.change(sweep);
        expect_refused({"sweep", world.file}, 2, Words{world.file} + parts);
        expect_refused(world.run("0"), 2, parts);
    };
    refused("/matirx", "1", {"unknown key 'matirx'", "did you mean 'matrix'?"});
    refused("/base", R"({"campain": {"runs": 1}})",
            {"unknown section 'campain' in " + world.file + ": base; did you mean 'campaign'?"});
    refused("/base/campaign/rnus", "1", {"campaign.rnus", ": base; did you mean 'campaign.runs'?"});
    refused("/matrix/seed/2/campaign/runs", "0", {": matrix.seed.2: campaign.runs: 0 is not"});
    refused("/matrix/seed/2", "3", {": matrix.seed.2: the config is number"});
    refused("/base", R"([{"campaign": 3}])", {": base[0]: section 'campaign' is number"});
    refused("/matrix/seed", "{}", {": matrix.seed: is empty"});
    refused("/matrix", "{}", {": matrix: is empty"});
    refused("/matrix", "3", {": matrix: is number, but an object"});
    refused("/matrix/..", R"({"a": {}})", {": matrix: '..' can't stand in a folder's name"});
    refused("/matrix/seed/a=b", "{}", {": matrix.seed: 'a=b' can't stand"});
    refused("/matrix/seed/-a", "{}", {": matrix.seed: '-a' can't stand"});
    refused("/exclude", "3", {": exclude: takes a list"});
    refused("/exclude", "[{}]", {": exclude[0]: takes objects"});
    refused("/exclude", R"([{"bits": "low"}])",
            {": exclude[0]: there is no axis 'bits'", "did you mean 'bit'?"});
    refused("/exclude", R"([{}, {"bit": "low"}])", {": exclude[0]: takes objects"});
    refused("/exclude", R"([{"bit": ["low", "hihg"]}])",
            {": exclude[0].bit: there is no value 'hihg'", "did you mean 'high'?"});
    refused("/exclude", R"([{"seed": 1}])", {": exclude[0].seed: 1 is no value's name"});
    refused("/exclude", R"([{"bit": ["low", "high"]}])", {": exclude: no cell is left"});
}

TEST(Sweep, ThatIsNoneIsRefused) {
    expect_refused({"sweep"}, 2, {"no sweep: give"});
    expect_refused({"sweep", "missing.json"}, 2, {"missing.json"});
    expect_refused({"sweep", project("configs/demo.json")}, 2, {"demo.json: is no sweep"});
    const SweepWorld world(core::Json::array());
    expect_refused({"sweep", world.file}, 2, {"is no sweep"});
    write(world.file, R"({"matrix": {"a": {"1": {}, "1": {}}}})");
    expect_refused({"sweep", world.file}, 2, {"key '1' appears twice"});
}

TEST(Sweep, HasAtMostAHundredThousandCells) {
    const SweepWorld most(matrix({10, 100, 100}));
    EXPECT_THAT(expect_done({"sweep", most.file}).out, HasSubstr(": 100000 cells\n"));
    const SweepWorld more(matrix({11, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100}));
    expect_refused({"sweep", more.file}, 2, {": matrix: more than the 100000 cells"});
}

TEST(Sweep, CellsHaveNamesThatFitAFolder) {
    auto sweep = matrix({1, 1});
    const std::string longest(64, 'a');
    for (const auto* axis : {"x", "y", "z"}) sweep["matrix"][axis][longest] = core::Json::object();
    EXPECT_EQ(names(SweepWorld(sweep).cells()).size(), 1U);
    sweep["matrix"]["w"][longest] = core::Json::object();
    expect_refused({"sweep", SweepWorld(sweep).file}, 2, {"a folder's has at most 255"});
    sweep["matrix"] = core::Json::object();
    sweep["matrix"][longest + "a"]["1"] = core::Json::object();
    expect_refused({"sweep", SweepWorld(sweep).file}, 2, {"at most 64"});
}

TEST(SweepRun, GoesToTheCellsFolderAndIsRecorded) {
    const SweepWorld world;
    const auto result = result_of(world.run("2"), world.output / "bit=high,seed=1");
    EXPECT_EQ(result["sweep"], json(R"({"sha256": ")" + core::sha256(read(world.file)) + R"(",
        "index": 2, "cell": "bit=high,seed=1", "values": {"bit": "high", "seed": "1"}})"));
    EXPECT_FALSE(fs::exists(world.output / "result.json"));
    expect_done(world.run("2"));  // which was done already
    EXPECT_EQ(result_of(world.run("2"), world.output / "bit=high,seed=1"), result);
}

TEST(SweepRun, IsTheCampaignOfItsConfig) {
    const SweepWorld world;
    const auto swept = result_of(world.run("3"), world.output / "bit=high,seed=2");
    write(world.folder.path / "cell.json", core::to_text(world.cells()[3]["config"]));
    const auto output = world.folder.path / "alone";
    const auto alone = result_of(Words{"run"} + demo() +
                                     Words{"--first", "10", "--output", output.string(), "--config",
                                           (world.folder.path / "cell.json").string()},
                                 output);
    EXPECT_TRUE(alone["sweep"].is_null());
    EXPECT_EQ(swept["identity"], alone["identity"]);
    EXPECT_EQ(swept["config"]["campaign"]["seed"], 2);
    EXPECT_EQ(swept["runs"], alone["runs"]);
}

TEST(SweepRun, TakesTheCellOverConfigFilesAndFlagsOverTheCell) {
    const SweepWorld world;
    const auto config = world.folder.path / "config.json";
    write(config, R"({"campaign": {"bits": [5], "seed": 9, "runs": 2, "bits_per_error": 2}})");
    const auto result = result_of(
        world.run("0") + Words{"--config", config.string(), "--seed", "4", "--positions", "1"},
        world.output / "bit=low,seed=1");
    const auto campaign = result["config"]["campaign"];
    EXPECT_EQ(campaign["bits"], json("[0]"));
    EXPECT_EQ(campaign["runs"], 1);
    EXPECT_EQ(campaign["seed"], 4);
    EXPECT_EQ(campaign["positions"], 1);
    EXPECT_EQ(campaign["bits_per_error"], 2);
}

TEST(SweepRun, OfACellThatIsntThereIsRefused) {
    const SweepWorld world;
    const std::string cells = world.file + " has 4 cells, 0 to 3";
    for (const std::string index : {"4", "99999999999999999999999"})
        expect_refused(world.run(index), 2, {"--sweep-index: there is no cell " + index, cells});
    for (const std::string index : {"-1", "1.0", "1 ", "one", "0x1"})
        expect_refused(world.run(index), 2, {"'" + index + "' is neither", cells});
    expect_refused({"run", "--sweep", world.file}, 2, {"--sweep-index: which cell?", cells});
    expect_refused({"run", "--sweep-index", "1"}, 2, {"--sweep-index: of which sweep?"});
    EXPECT_FALSE(fs::exists(world.output));
}

}  // namespace
}  // namespace faultline::cli
