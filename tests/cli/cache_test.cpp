#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <thread>

#include "world.h"

namespace faultline::cli {
namespace {

using testing::HasSubstr;

Words evaluation(const Words& changes) {
    return Words{"evaluate"} + demo() + Words{"--first", "20"} + changes;
}

Words in(const fs::path& folder) { return {"--cache-folder", folder.string()}; }

/// Files of prepared images in the folder.
std::vector<fs::path> files(const fs::path& folder) {
    std::vector<fs::path> found;
    if (!fs::exists(folder)) return found;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() == ".images") found.push_back(entry.path());
    }
    return found;
}

TEST(ImageCache, ChangesNoNumber) {
    const TemporaryFolder folder;
    const auto without = expect_done(evaluation({"--no-cache"}));
    EXPECT_TRUE(files(folder.path).empty());
    const auto cold = expect_done(evaluation(in(folder.path)));
    ASSERT_EQ(files(folder.path).size(), 1U);
    const auto warm = expect_done(evaluation(in(folder.path)));
    EXPECT_EQ(cold.out, without.out);
    EXPECT_EQ(warm.out, without.out);
    EXPECT_EQ(files(folder.path).size(), 1U);
    EXPECT_EQ(cold.err + warm.err + without.err, "");
}

TEST(ImageCache, ChangesNothingInAResult) {
    const TemporaryFolder folder;
    const auto cache = folder.path / "cache";
    const auto without =
        result_of(tiny_campaign(folder.path / "a") + Words{"--no-cache"}, folder.path / "a");
    for (const auto* output : {"b", "c"}) {
        const auto with =
            result_of(tiny_campaign(folder.path / output) + in(cache), folder.path / output);
        EXPECT_EQ(repeatable(with), repeatable(without));
    }
    EXPECT_FALSE(without["config"].contains("cache"));
    EXPECT_EQ(files(cache).size(), 1U);
    expect_done(Words{"replay", (folder.path / "a").string(), "--run", "1", "--point",
                      "indexed/float32/bit=30", "--progress", "none"} +
                in(cache));
    EXPECT_EQ(files(cache).size(), 1U) << "replay finds what run made";
}

TEST(ImageCache, IsInTheUsersFolderUnlessNamed) {
    const auto folder = fs::path(std::getenv("XDG_CACHE_HOME")) / "faultline/images";
    const auto before = files(folder).size();
    expect_done(evaluation({"--first", "17"}));
    EXPECT_EQ(files(folder).size(), before + 1);
    expect_done(evaluation({"--first", "16", "--no-cache"}));
    EXPECT_EQ(files(folder).size(), before + 1);
}

TEST(ImageCache, CanBeSetInAConfig) {
    const TemporaryFolder folder;
    write(folder.path / "on.json",
          R"({"cache": {"cache_folder": ")" + (folder.path / "named").string() + R"("}})");
    write(folder.path / "off.json", R"({"cache": {"cache": false}})");
    const auto config = [&](const char* name) {
        return Words{"--config", (folder.path / name).string()};
    };
    expect_done(evaluation(config("on.json") + config("off.json")));
    EXPECT_FALSE(fs::exists(folder.path / "named"));
    expect_done(evaluation(config("on.json")));
    EXPECT_EQ(files(folder.path / "named").size(), 1U);
}

TEST(ImageCache, ShowsThatImagesArePreparedAndThenNoMore) {
    const TemporaryFolder folder;
    const auto plain = Words{"--progress", "plain"} + in(folder.path);
    EXPECT_EQ(expect_done(evaluation(plain)).err,
              "preparing images: 100 %, 0 s left\n100 %, 0 s left\n");
    EXPECT_EQ(expect_done(evaluation(plain)).err, "100 %, 0 s left\n");
}

TEST(ImageCache, OfSomebodyElseIsRefused) {
    const TemporaryFolder folder;
    write(folder.path / "thesis.tex", "x");
    expect_refused(evaluation(in(folder.path)), 2,
                   {folder.path.string(), "CACHEDIR.TAG", "--cache-folder", "--no-cache"});
    expect_campaign_refused(in(folder.path), 2, {folder.path.string()});
    EXPECT_TRUE(files(folder.path).empty());
}

TEST(ImageCache, ThatCantBeMadeIsRefused) {
    const TemporaryFolder folder;
    write(folder.path / "file", "x");
    expect_refused(evaluation(in(folder.path / "file/below")), 2, {"file/below", "--no-cache"});
    expect_refused(evaluation(in(folder.path / "file")), 2, {"not a folder"});
}

/// What is said once, in one line, about a cache that isn't used; the numbers are the same.
std::string warning(const Words& words) {
    const auto said = expect_done(words);
    EXPECT_EQ(said.out, expect_done(evaluation({"--no-cache"})).out);
    EXPECT_EQ(std::count(said.err.begin(), said.err.end(), '\n'), 1) << said.err;
    EXPECT_THAT(said.err, HasSubstr("[warning]"));
    return said.err;
}

TEST(ImageCache, OfTheUserThatCantBeUsedIsDoneWithout) {
    const TemporaryFolder folder;
    write(folder.path / "file", "x");
    const std::string before = std::getenv("XDG_CACHE_HOME");
    setenv("XDG_CACHE_HOME", (folder.path / "file").c_str(), 1);
    EXPECT_THAT(warning(evaluation({})), HasSubstr((folder.path / "file").string()));
    setenv("XDG_CACHE_HOME", before.c_str(), 1);
}

TEST(ImageCache, IsDoneWithoutOnAFullDisk) {
    const TemporaryFolder folder;
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit lower{16'000, before.rlim_max};  // what stands on the terminal is a file, too
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &lower);
    const auto said = warning(evaluation(in(folder.path)));
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    EXPECT_THAT(said, HasSubstr("File too large"));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path), {}), 1) << "the tag";
}

TEST(ImageCache, ThatIsDamagedIsMadeAgainAndTold) {
    const TemporaryFolder folder;
    expect_done(evaluation(in(folder.path)));
    const auto file = files(folder.path).at(0);
    const auto bytes = read(file);
    auto damaged = bytes;
    damaged[damaged.size() - 100] ^= 4;
    write(file, damaged);
    EXPECT_THAT(warning(evaluation(in(folder.path))),
                testing::AllOf(HasSubstr(file.string()), HasSubstr("again")));
    EXPECT_EQ(read(file), bytes);
}

TEST(ImageCache, IsNotMadeForLabelsThatDontFit) {
    const TemporaryFolder folder;
    const auto images = folder.path / "images";
    for (int k = 0; k < 12; ++k) {
        const auto name = fs::path("class" + std::to_string(10 + k)) / "a.png";
        write(images / name, read(project("configs/demo/images/stop/000.png")));
    }
    const auto cache = folder.path / "cache";
    expect_refused(Words{"evaluate"} + demo() + Words{"--images", images.string()} + in(cache), 3,
                   {"largest label is 11"});
    EXPECT_FALSE(fs::exists(cache));
}

}  // namespace
}  // namespace faultline::cli
