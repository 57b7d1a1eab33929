#include <faultline/core/error.h>

#include <faultline/core/stored_value.h>
#include "../../src/cli/stored_faults.h"
#include "world.h"

namespace faultline::cli {
namespace {

/// What a way into the file that isn't there throws.
template <class Work>
std::string complaint(Work work) {
    try {
        work();
    } catch (const core::Error& error) {
        EXPECT_EQ(error.fault(), core::Fault::input);
        return error.what();
    }
    ADD_FAILURE() << "nothing was refused";
    return "";
}

class Stored : public testing::Test {
 protected:
    core::Json json = core::parse_json(R"({
        "faults": {"file": "faults.csv", "sha256": "none"},
        "runs": [{"run": 0, "share": 0.5}, {"run": -1, "faults": {"first": 1, "count": 2}}]})",
                                       "test");
    core::StoredValue result{"r.json", json};
};

TEST_F(Stored, ValuesAreReached) {
    EXPECT_EQ(result["faults"]["file"].text(), "faults.csv");
    EXPECT_EQ(result["runs"].list()[0]["run"].count(), 0U);
    EXPECT_EQ(result["runs"].list().size(), 2U);
    EXPECT_EQ(result["runs"].json(), json["runs"]);
}

TEST_F(Stored, ValuesKnowWhereTheyAre) {
    EXPECT_EQ(result.where(), "r.json");
    EXPECT_EQ(result["runs"].list()[1]["faults"]["first"].where(), "r.json: runs[1].faults.first");
}

TEST_F(Stored, ValuesOfAnotherTypeAreRefusedByName) {
    const auto run = result["runs"].list()[1];
    EXPECT_EQ(complaint([&] { run["run"].count(); }),
              "r.json: runs[1].run is number, but a whole number of at least 0 belongs there; was "
              "the file changed?");
    EXPECT_THAT(complaint([&] { result["runs"].list()[0]["share"].count(); }),
                testing::StartsWith("r.json: runs[0].share is number"));
    EXPECT_THAT(complaint([&] { run["run"].text(); }), testing::HasSubstr("a text belongs there"));
    EXPECT_THAT(complaint([&] { result["faults"].list(); }), testing::HasSubstr("a list belongs"));
    EXPECT_THAT(complaint([&] { result["runs"]["first"]; }),
                testing::StartsWith("r.json: runs is array, but an object"));
    EXPECT_EQ(complaint([&] { result["faults"]["count"]; }),
              "r.json: faults.count is missing; is this a result?");
}

TEST_F(Stored, RowsOfATrialAreItsOwn) {
    const auto trial = result["runs"].list()[1];
    EXPECT_EQ(listed_rows("header\n0\n1\n2\n3\n", trial), "1\n2\n");
    EXPECT_EQ(listed_rows("header\n0\n1\n2\n", trial), "1\n2\n");
}

TEST_F(Stored, RowsThatAreNotThereAreRefused) {
    const auto trial = result["runs"].list()[1];
    for (const std::string faults :
         {"", "header", "header\n", "header\n0\n1\n", "header\n0\n1\n2"}) {
        EXPECT_THAT(complaint([&] { listed_rows(faults, trial); }),
                    testing::HasSubstr("runs[1].faults reaches beyond the end"))
            << faults;
    }
}

TEST_F(Stored, RowsOfATrialWithoutFaultsAreNone) {
    json["runs"][1]["faults"] = {{"first", 0}, {"count", 0}};
    EXPECT_EQ(listed_rows("header\n", result["runs"].list()[1]), "");
}

TEST_F(Stored, FaultListsAreReadFromBesideTheResultAndHashed) {
    const TemporaryFolder folder;
    const auto path = folder.path / "r.json";
    EXPECT_THAT(complaint([&] { read_faults(result, path); }), testing::HasSubstr("faults.csv"));
    write(folder.path / "faults.csv", "");
    EXPECT_THAT(complaint([&] { read_faults(result, path); }),
                testing::HasSubstr("but r.json: faults.sha256 has none"));
    // SHA-256 of nothing.
    json["faults"]["sha256"] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    EXPECT_EQ(read_faults(result, path), "");
}

TEST_F(Stored, FaultListsElsewhereAreRefused) {
    for (const auto* name : {"/etc/passwd", "../faults.csv", "deeper/faults.csv"}) {
        json["faults"]["file"] = name;
        EXPECT_THAT(complaint([&] { read_faults(result, "folder/r.json"); }),
                    testing::HasSubstr("the list lies beside the result"));
    }
}

TEST(HostileResult, IsRefusedAboveItsCapOrWhenNestedDeep) {
    const TemporaryFolder folder;
    const auto path = folder.path / "result.json";
    write(path, std::string(1'000'000, '['));
    const Words replay = {"replay", path.string(), "--point", "x"};
    expect_refused(replay, 3, {"result.json", "nested more than 64 levels"});
    fs::resize_file(path, (512U << 20U) + 1);
    expect_refused(replay, 3, {"result.json", "larger than the 536870912 bytes"});
}

}  // namespace
}  // namespace faultline::cli
