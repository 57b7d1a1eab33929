// Pages of stored results: what is written where, and what is refused. (What a page holds:
// tests/page.)

#include "world.h"

namespace faultline::cli {
namespace {

using testing::HasSubstr;

/// A result of a campaign that was made up, in a folder of its own; its name is returned.
std::string store(const fs::path& folder, const std::string& sample) {
    auto result = read_json(project("tests/data/results/" + sample + ".json"));
    write(folder / "result.json", core::to_text(result));
    return folder.string();
}

TEST(Report, WritesWhatIsAskedFor) {
    const TemporaryFolder folder;
    const auto a = store(folder.path / "a", "layer"), b = store(folder.path / "b", "full");
    const auto file = [&](const char* name) { return (folder.path / name).string(); };
    const auto said =
        expect_done({"report", a, b + "/result.json", "-o", file("page.html"), "--svg",
                     file("map.svg"), "--dot", file("map.dot"), "--metrics", file("layers.csv")});
    EXPECT_THAT(said.out, HasSubstr("page.html"));
    EXPECT_THAT(read(file("page.html")), HasSubstr("<!DOCTYPE html>"));
    EXPECT_THAT(read(file("map.svg")), HasSubstr("<svg xmlns"));
    EXPECT_THAT(read(file("map.dot")), HasSubstr("digraph"));
    EXPECT_THAT(read(file("layers.csv")), HasSubstr("top1_mean"));
}

TEST(Report, IsTheSameWheneverItIsMade) {
    const TemporaryFolder folder;
    const auto a = store(folder.path / "a", "sample");
    const auto one = (folder.path / "1.html").string(), two = (folder.path / "2.html").string();
    expect_done({"report", a, "-o", one});
    expect_done({"report", a, "-o", two});
    EXPECT_EQ(read(one), read(two));
}

TEST(Report, KeepsFilesThatAreThereUnlessForced) {
    const TemporaryFolder folder;
    const auto a = store(folder.path / "a", "layer");
    const auto page = (folder.path / "page.html").string();
    write(page, "mine");
    expect_refused({"report", a, "-o", page}, 2, {"page.html", "--force"});
    EXPECT_EQ(read(page), "mine");
    expect_done({"report", a, "-o", page, "--force"});
    EXPECT_NE(read(page), "mine");
    expect_refused({"report", a, "-o", a + "/result.json", "--force"}, 2, {"result.json"});
}

TEST(Report, NeedsAResultAndAFile) {
    const TemporaryFolder folder;
    expect_refused({"report", "-o", "page.html"}, 2, {"give one or more results"});
    expect_refused({"report", store(folder.path / "a", "layer")}, 2, {"--output"});
}

TEST(Report, OfABrokenResultLeavesNoFile) {
    const TemporaryFolder folder;
    const auto good = store(folder.path / "good", "layer"),
               bad = store(folder.path / "bad", "full");
    const auto page = (folder.path / "page.html").string();
    const auto refuse = [&](const std::string& bytes, const Words& parts) {
        write(folder.path / "bad" / "result.json", bytes);
        expect_refused({"report", good, bad, "-o", page, "--metrics", page + ".csv"}, 3, parts);
        EXPECT_FALSE(fs::exists(page));
        EXPECT_FALSE(fs::exists(page + ".csv"));
    };
    const auto text = read(project("tests/data/results/full.json"));
    refuse(text.substr(0, text.size() / 2), {"result.json"});
    refuse("{\"kind\": \"comparison\"}", {"schema_version is missing"});
    refuse("[]", {"result.json"});
    auto future = core::parse_json(text, "");
    future["schema_version"] = "99";
    refuse(core::to_text(future), {"schema_version is 99", "reads 4 and 5"});
    expect_refused({"report", (folder.path / "none").string(), "-o", page}, 3, {"none"});
}

TEST(Report, RefusesAnotherCampaignsFaultList) {
    const TemporaryFolder folder;
    const auto a = store(folder.path / "a", "indexed");
    write(folder.path / "a" / "faults.csv", "run,trial,tensor,element,mask,before,after\n");
    expect_refused({"report", a, "-o", (folder.path / "page.html").string()}, 3,
                   {"faults.csv", "SHA-256"});
}

}  // namespace
}  // namespace faultline::cli
