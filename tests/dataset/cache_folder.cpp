#include "../../src/dataset/cache_folder.h"

#include <cstdlib>
#include <optional>

#include "cache_world.h"

namespace faultline::dataset {
namespace {

/// Sets a variable of the environment (or takes it away), and puts it back.
class Variable {
 public:
    Variable(const char* name, const std::optional<std::string>& value) : name_(name) {
        if (const char* before = std::getenv(name)) before_ = before;
        set(value);
    }
    ~Variable() { set(before_); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

 private:
    void set(const std::optional<std::string>& value) {
        if (value) {
            setenv(name_, value->c_str(), 1);
        } else {
            unsetenv(name_);
        }
    }

    const char* name_;
    std::optional<std::string> before_;
};

/// What the user would read of a folder that can't be used.
std::string refusal(const CacheScene& scene) {
    try {
        scene.use();
    } catch (const core::Error& error) {
        EXPECT_EQ(error.fault(), core::Fault::usage);
        EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
        return error.what();
    }
    ADD_FAILURE() << "nothing was refused";
    return {};
}

TEST(CacheFolder, IsInTheUsersCacheUnlessNamed) {
    const Variable home("HOME", "/home/somebody");
    {
        const Variable xdg("XDG_CACHE_HOME", "/elsewhere");
        EXPECT_EQ(cache_folder(""), "/elsewhere/faultline/images");
        EXPECT_EQ(cache_folder("named"), "named");
    }
    for (const auto& value : {std::optional<std::string>(), std::optional<std::string>(""),
                              std::optional<std::string>("relative")}) {
        const Variable xdg("XDG_CACHE_HOME", value);
        EXPECT_EQ(cache_folder(""), "/home/somebody/.cache/faultline/images");
    }
}

TEST(CacheFolder, IsMarkedForBackupsAndForUs) {
    const CacheScene scene;
    scene.use();
    const auto tag = read(scene.cache.cache_folder + "/CACHEDIR.TAG");
    EXPECT_TRUE(tag.starts_with("Signature: 8a477f597d28d172789f06886806bc55\n"));
    EXPECT_NE(tag.find("faultline"), std::string::npos);
}

TEST(CacheFolder, MayBeAnEmptyOne) {
    const CacheScene scene;
    std::filesystem::create_directories(scene.cache.cache_folder);
    scene.world.write("cache/.hidden", "left by a file manager");
    EXPECT_TRUE(scene.expect_equal().is_new);
    EXPECT_FALSE(scene.expect_equal().is_new);
}

TEST(CacheFolder, IsRefusedWhenItIsSomebodyElses) {
    for (const auto& [name, bytes] : std::vector<std::pair<std::string, std::string>>{
             {"thesis.tex", "x"},
             {"CACHEDIR.TAG",
              "Signature: 8a477f597d28d172789f06886806bc55\n# of another program\n"},
             {"CACHEDIR.TAG", ""}}) {
        const CacheScene scene;
        scene.world.write("cache/" + name, bytes);
        expect_mentions(refusal(scene),
                        {scene.cache.cache_folder, "CACHEDIR.TAG", "--cache-folder", "--no-cache"});
        EXPECT_EQ(read(scene.world.path("cache/" + name)), bytes);
        EXPECT_LE(scene.files().size(), 1U) << "nothing was written";
    }
}

TEST(CacheFolder, IsRefusedWhenItIsAFileOrCantBeMade) {
    CacheScene scene;
    scene.world.write("file", "x");
    scene.cache.cache_folder = scene.world.path("file");
    expect_mentions(refusal(scene), {"file", "not a folder", "--cache-folder", "--no-cache"});
    scene.cache.cache_folder = scene.world.path("file/below");
    expect_mentions(refusal(scene), {"file/below", "--cache-folder", "--no-cache"});
    scene.cache.cache_folder = "/proc/no folder of ours";
    expect_mentions(refusal(scene), {"/proc/no folder of ours", "--cache-folder", "--no-cache"});
}

TEST(CacheFolder, OfTheUserIsDoneWithoutWhenItCantBeUsed) {
    CacheScene scene;
    scene.cache.cache_folder.clear();
    scene.world.write("file", "x");
    scene.world.write("full/faultline/images/thesis.tex", "x");
    for (const auto* root : {"file", "full"}) {
        const Variable xdg("XDG_CACHE_HOME", scene.world.path(root));
        auto images = scene.decoded();
        const auto report = use_cache(images, scene.cache, 1);
        EXPECT_EQ(report.file, "");
        expect_mentions(report.problem, {scene.world.path(root), "--no-cache"});
        EXPECT_EQ(images.load(0, 5, 1), scene.decoded().load(0, 5, 1));
    }
    const Variable xdg("XDG_CACHE_HOME", {});
    const Variable home("HOME", {});
    expect_mentions(scene.use().problem, {"HOME", "--cache-folder"});
}

TEST(CacheFolder, OfTheUserHoldsTheFile) {
    CacheScene scene;
    scene.cache.cache_folder.clear();
    const Variable xdg("XDG_CACHE_HOME", scene.world.path("user"));
    const auto report = scene.expect_equal();
    EXPECT_TRUE(report.file.starts_with(scene.world.path("user/faultline/images/")));
    EXPECT_TRUE(std::filesystem::exists(report.file));
}

}  // namespace
}  // namespace faultline::dataset
