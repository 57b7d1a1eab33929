#include <sys/resource.h>

#include <csignal>
#include <thread>

#include "cache_world.h"

namespace faultline::dataset {
namespace {

/// Files can't grow beyond `bytes` while this lives, as on a full disk.
class FullDisk {
 public:
    explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit lower{bytes, before_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &lower);
    }
    ~FullDisk() {
        setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

 private:
    void (*handler_)(int);
    rlimit before_{};
};

TEST(CacheOfManyProcesses, IsMadeByOneOfThem) {
    const CacheScene scene;
    constexpr int made = 1, found = 2, wrong = 3;
    std::vector<pid_t> children;
    for (int k = 0; k < 6; ++k) {
        children.push_back(fork_to([&] {
            auto images = scene.decoded();
            const auto report = use_cache(images, scene.cache, 2);
            if (images.load(0, 5, 1) != scene.decoded().load(0, 5, 1)) return wrong;
            if (!report.problem.empty() || report.file.empty()) return wrong;
            return report.is_new ? made : found;
        }));
    }
    std::map<int, int> count;
    for (const auto child : children) ++count[WEXITSTATUS(ending(child))];
    EXPECT_EQ(count, (std::map<int, int>{{made, 1}, {found, 5}}));
    EXPECT_EQ(scene.files().size(), 1U);
}

/// A child that holds the unfinished file until it gets SIGUSR1, and ends with 7 when it made it.
/// Lives when the constructor is done.
class Maker {
 public:
    explicit Maker(const CacheScene& scene) {
        int ends[2];
        if (pipe(ends) != 0) throw std::runtime_error("no pipe");
        process_ = fork_to([&] {
            std::signal(SIGUSR1, [](int) {});
            auto images = scene.decoded();
            const CacheWatch watch{.prepared = [&](auto, auto) {
                if (write(ends[1], "s", 1) == 1) pause();
            }};
            return use_cache(images, scene.cache, 1, watch).is_new ? 7 : 8;
        });
        char started = 0;
        if (::read(ends[0], &started, 1) != 1) throw std::runtime_error("nothing is being made");
        close(ends[0]);
        close(ends[1]);
    }

    pid_t process() const { return process_; }

 private:
    pid_t process_ = 0;
};

TEST(CacheOfManyProcesses, IsWaitedForAndTheWaitingIsTold) {
    const CacheScene scene;
    const Maker maker(scene);
    auto images = scene.decoded();
    std::vector<std::string> told;
    const CacheWatch watch{.prepared = [](auto, auto) { FAIL() << "made twice"; },
                           .waiting =
                               [&](const std::string& file) {
                                   told.push_back(file);
                                   kill(maker.process(), SIGUSR1);
                               }};
    const auto report = use_cache(images, scene.cache, 1, watch);
    EXPECT_FALSE(report.is_new);
    ASSERT_FALSE(told.empty());
    EXPECT_EQ(told.front(), report.file);
    EXPECT_EQ(images.load(0, 5, 1), scene.decoded().load(0, 5, 1));
    EXPECT_EQ(WEXITSTATUS(ending(maker.process())), 7);
}

TEST(CacheOfManyProcesses, MayBeWaitedForInVain) {
    const CacheScene scene;
    const Maker maker(scene);
    auto images = scene.decoded();
    const CacheWatch stop{.waiting = [](const auto&) { throw std::runtime_error("enough"); }};
    EXPECT_THROW(use_cache(images, scene.cache, 1, stop), std::runtime_error);
    // Whoever waits when the maker is killed makes it.
    const CacheWatch watch{.waiting = [&](const auto&) { kill(maker.process(), SIGKILL); }};
    EXPECT_TRUE(use_cache(images, scene.cache, 1, watch).is_new);
    EXPECT_EQ(images.load(0, 5, 1), scene.decoded().load(0, 5, 1));
    EXPECT_TRUE(WIFSIGNALED(ending(maker.process())));
}

/// A process that is killed when it has prepared all images and named none.
void die_while_making(const CacheScene& scene) {
    const auto child = fork_to([&] {
        auto images = scene.decoded();
        const CacheWatch watch{.prepared = [](auto, auto) { std::raise(SIGKILL); }};
        use_cache(images, scene.cache, 1, watch);
        return 0;
    });
    EXPECT_TRUE(WIFSIGNALED(ending(child)));
}

TEST(CacheOfAKilledProcess, IsNotUsedAndBlocksNobody) {
    const CacheScene scene;
    die_while_making(scene);
    ASSERT_EQ(scene.files().size(), 1U);
    EXPECT_TRUE(scene.files().front().ends_with(".partial"));
    EXPECT_TRUE(scene.expect_equal().is_new);
    ASSERT_EQ(scene.files().size(), 1U);
    EXPECT_TRUE(scene.files().front().ends_with(".images"));
}

TEST(CacheOfAKilledProcess, IsRemovedByTheNextThatMakesAnother) {
    CacheScene scene;
    die_while_making(scene);
    scene.settings.first = 2;
    scene.expect_equal();
    ASSERT_EQ(scene.files().size(), 1U);
    EXPECT_TRUE(scene.files().front().ends_with(".images"));
}

TEST(CacheOnAFullDisk, IsDoneWithoutAndLeavesNothing) {
    const CacheScene scene;
    auto images = scene.decoded();
    std::filesystem::create_directories(scene.cache.cache_folder);
    const auto report = [&] {
        const FullDisk full(4000);  // enough for the tag
        return use_cache(images, scene.cache, 1);
    }();
    EXPECT_EQ(report.file, "");
    EXPECT_EQ(report.problem.find('\n'), std::string::npos);
    expect_mentions(report.problem, {scene.cache.cache_folder, "File too large"});
    EXPECT_TRUE(scene.files().empty());
    EXPECT_EQ(images.load(0, 5, 1), scene.decoded().load(0, 5, 1));
    EXPECT_TRUE(scene.expect_equal().is_new) << "as soon as there is room";
}

}  // namespace
}  // namespace faultline::dataset
