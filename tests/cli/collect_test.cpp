#include "sweep_world.h"

namespace faultline::cli {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

Words lines_of(const std::string& text) {
    Words lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

/// A stored result in place of one that was measured: as cell `index` of the sweep, if there is
/// one.
void store(const fs::path& folder, const SweepWorld* world = nullptr, std::size_t index = 0) {
    auto result = read_json(project("tests/data/results/layer.json"));
    if (world != nullptr) {
        const auto cell = world->cells()[index];
        result["sweep"] = {{"sha256", std::string(64, 'a')},
                           {"index", index},
                           {"cell", cell["name"]},
                           {"values", cell["values"]}};
    }
    write(folder / "result.json", core::to_text(result));
}

TEST(Collect, HasThePointsOfEveryCellInTheOrderOfCells) {
    const SweepWorld world;
    for (const std::string index : {"2", "1", "3", "0"})
        expect_done(world.run(index) + Words{"--csv"});
    Words wanted;
    for (const auto& cell : world.cells()) {
        const auto folder = world.output / cell["name"].get<std::string>();
        const auto values = cell["values"];
        const auto points = lines_of(read(folder / "points.csv"));
        if (wanted.empty()) wanted = {"cell,axis_bit,axis_seed,folder," + points.at(0)};
        wanted.push_back(
            '"' + cell["name"].get<std::string>() + "\"," + values["bit"].get<std::string>() + "," +
            values["seed"].get<std::string>() + ",\"" + folder.string() + "\"," + points.at(1));
    }
    const auto said = expect_done({"collect", world.output.string(), "--sweep", world.file});
    EXPECT_EQ(lines_of(said.out), wanted);
    EXPECT_EQ(said.err, "");
}

TEST(Collect, TakesResultsOfNoSweepToo) {
    const TemporaryFolder folder;
    store(folder.path / "a");
    for (const auto& given : {folder.path, folder.path / "a", folder.path / "a/result.json"}) {
        const auto lines = lines_of(expect_done({"collect", given.string()}).out);
        ASSERT_EQ(lines.size(), 1U + 3U);
        EXPECT_THAT(lines[0], StartsWith("cell,folder,key,test,format,errors,"));
        EXPECT_THAT(lines[1], StartsWith("," + (folder.path / "a").string() + ",layer/float32/"));
    }
}

TEST(Collect, HasAColumnForEveryAxisOfAnyResult) {
    const TemporaryFolder folder;
    const SweepWorld one;
    const SweepWorld two(json(R"({"matrix": {"seed": {"7": {}}, "format": {"x": {}}}})"));
    store(folder.path / "one", &one, 1);
    store(folder.path / "two", &two);
    store(folder.path / "alone");
    const auto said = expect_done({"collect", (folder.path / "alone").string(),
                                   (folder.path / "two").string(), (folder.path / "one").string()});
    const auto lines = lines_of(said.out);
    ASSERT_EQ(lines.size(), 1U + 9U);
    EXPECT_THAT(lines[0], StartsWith("cell,axis_seed,axis_format,axis_bit,folder,key,"));
    EXPECT_THAT(lines[1], StartsWith(",,,," + folder.path.string()));
    EXPECT_THAT(lines[4], StartsWith("\"seed=7,format=x\",7,x,," + folder.path.string()));
    EXPECT_THAT(lines[7], StartsWith("\"bit=low,seed=2\",2,,low," + folder.path.string()));
}

TEST(Collect, NamesCellsThatAreMissing) {
    const SweepWorld world;
    for (const std::string index : {"0", "3"}) expect_done(world.run(index));
    const auto table = world.folder.path / "table.csv";
    const Words words = {"collect", world.output.string(), "--sweep", world.file,
                         "-o",      table.string(),        "--force"};
    const auto said = faultline(words);
    EXPECT_EQ(said.code, 1);
    EXPECT_THAT(lines_of(said.err),
                ElementsAre(world.file + ": cell 1 is missing: bit=low,seed=2",
                            world.file + ": cell 2 is missing: bit=high,seed=1"));
    EXPECT_EQ(said.out, "2 results: " + table.string() + "\n");
    EXPECT_EQ(lines_of(read(table)).size(), 1U + 2U);

    const auto allowed = expect_done(words + Words{"--allow-missing"});
    EXPECT_EQ(allowed.err, said.err);
}

TEST(Collect, RefusesResultsOfAnotherSweep) {
    const SweepWorld world;
    const auto folder = world.output / "bit=low,seed=1";
    expect_done(world.run("0"));
    const Words words = {"collect", world.output.string(), "--sweep", world.file};
    auto result = read_json(folder / "result.json");
    const auto refused = [&](const std::string& key, const core::Json& value, const Words& parts) {
        auto changed = result;
        changed["sweep"][key] = value;
        write(folder / "result.json", core::to_text(changed));
        expect_refused(words, 3, Words{"bit=low,seed=1/result.json: sweep."} + parts);
    };
    refused("index", 4, {"'bit=low,seed=1', but cell 4 of"});
    refused("index", 1, {"'bit=low,seed=1', but cell 1 of"});
    refused("cell", "bit=low", {"'bit=low', but cell 0 of"});
    refused("sha256", std::string(64, 'a'), {std::string(64, 'a') + ", but that of " + world.file});

    result["sweep"] = nullptr;
    write(folder / "result.json", core::to_text(result));
    expect_refused(words, 3, {"it is no cell of a sweep", world.file, "without --sweep"});
}

TEST(Collect, RefusesDamagedResultsByFileAndKey) {
    const SweepWorld world;
    const auto file = world.output / "a/result.json";
    const auto refused = [&](const std::string& pointer, const core::Json& value,
                             const std::string& part) {
        store(world.output / "a", &world);
        auto result = read_json(file);
        result[core::Json::json_pointer(pointer)] = value;
        write(file, core::to_text(result));
        expect_refused({"collect", world.output.string()}, 3, {file.string() + ": " + part});
    };
    refused("/points", 3, "points is number, but a list");
    refused("/points/1", nullptr, "points[1] is null, but an object");
    refused("/points/1/key", 3, "points[1].key is number, but a text");
    refused("/points/1/errors", -1, "points[1].errors is number, but a whole number");
    refused("/points/1/layer", 3, "points[1].layer is number, but a text");
    refused("/points/1/exposed_bits", nullptr, "points[1].exposed_bits is null, but a whole");
    refused("/points/1/statistics/top1", core::Json::object(),
            "points[1].statistics.top1.mean is missing");
    refused("/points/1/statistics/top1/mean", "1", "points[1].statistics.top1.mean is string");
    refused("/sweep", 3, "sweep is number, but an object");
    refused("/sweep/index", "0", "sweep.index is string");
    refused("/sweep/values", json(R"(["low"])"), "sweep.values is array, but an object");
    refused("/sweep/values/bit", 3, "sweep.values.bit is number, but a text");
    write(file, "{}");
    expect_refused({"collect", file.string()}, 3, {"points is missing; is this a result?"});
    write(file, "{");
    expect_refused({"collect", file.string()}, 3, {file.string()});
}

TEST(Collect, TakesEachResultOnce) {
    const TemporaryFolder folder;
    store(folder.path / "a");
    fs::create_directory_symlink(folder.path / "a", folder.path / "b");
    expect_refused({"collect", (folder.path / "a").string(), folder.path.string()}, 2,
                   {"a/result.json: would be in the table twice"});
    expect_refused({"collect", folder.path.string()}, 2, {"b/result.json: would be in"});
}

TEST(Collect, LooksOneFolderDeep) {
    const TemporaryFolder folder;
    store(folder.path / "a/b");
    expect_done({"collect", (folder.path / "a").string()});
    expect_refused({"collect", folder.path.string()}, 3, {folder.path.string(), "no result.json"});
    expect_refused({"collect", (folder.path / "missing").string()}, 3, {"missing"});
    expect_refused({"collect", ""}, 2, {"no result: give"});
    expect_refused({"collect"}, 2, {"no results: give folders"});
}

TEST(Collect, WritesAFileOrToStdout) {
    const TemporaryFolder folder;
    store(folder.path);
    const auto table = (folder.path / "table.csv").string();
    const auto printed = expect_done({"collect", folder.path.string()}).out;
    EXPECT_EQ(expect_done({"collect", folder.path.string(), "-o", "-"}).out, printed);
    expect_done({"collect", folder.path.string(), "--output", table});
    EXPECT_EQ(read(table), printed);
    EXPECT_THAT(printed, EndsWith("\n"));

    write(table, "mine");
    expect_refused({"collect", folder.path.string(), "-o", table}, 2,
                   {"table.csv is there already", "--force"});
    EXPECT_EQ(read(table), "mine");
    expect_refused({"collect", folder.path.string(), "-o", ""}, 2, {"--output: give a file"});
    expect_refused({"collect", "--colour"}, 2, {"unknown flag --colour"});
}

}  // namespace
}  // namespace faultline::cli
