#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <thread>

#include "world.h"

namespace faultline::cli {
namespace {

constexpr const char* variable = "FAULTLINE_INTERRUPT_TEST";

/// A folder that a death test's own process, which starts the test again, knows too.
class SharedFolder {
 public:
    SharedFolder() {
        if (const char* parents = std::getenv(variable)) {
            path = parents;
            return;
        }
        path = own_.emplace().path;
        setenv(variable, path.c_str(), 1);
    }
    ~SharedFolder() {
        if (own_) unsetenv(variable);
    }
    SharedFolder(const SharedFolder&) = delete;
    SharedFolder& operator=(const SharedFolder&) = delete;

    fs::path path;

 private:
    std::optional<TemporaryFolder> own_;
};

Words long_campaign(const fs::path& folder) {
    return tiny_campaign(folder / "result") +
           Words{"--runs",      "100000", "--batch",    "1",
                 "--log-level", "info",   "--log-file", (folder / "log").string()};
}

/// Starts the program, and sends it the signals once its log says that it is at work.
[[noreturn]] void start_and_signal(const Words& words, const fs::path& log,
                                   const std::vector<int>& signals) {
    std::thread([log, signals] {
        std::error_code ignored;
        while (!fs::exists(log, ignored) || fs::file_size(log, ignored) == 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        for (const int number : signals) std::raise(number);
    }).detach();
    std::vector<const char*> arguments = {"faultline"};
    for (const auto& word : words) arguments.push_back(word.c_str());
    std::_Exit(run(static_cast<int>(arguments.size()), arguments.data()));
}

class Interrupt : public testing::Test {
 protected:
    void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

    SharedFolder folder;
};

TEST_F(Interrupt, EndsTheProgramSoThatTheSameCommandGoesOn) {
    for (const int number : {SIGINT, SIGTERM, SIGUSR1}) {
        fs::remove(folder.path / "log");
        EXPECT_EXIT(start_and_signal(long_campaign(folder.path), folder.path / "log", {number}),
                    testing::ExitedWithCode(75),
                    "faultline: interrupted; .*; the same command goes on\n");
        EXPECT_TRUE(fs::exists(folder.path / "log"));
        EXPECT_FALSE(holds_result(folder.path / "result"));
    }
}

TEST_F(Interrupt, LeavesAnOlderResultAsItWas) {
    if (!fs::exists(folder.path / "result")) expect_done(tiny_campaign(folder.path / "result"));
    const auto before = read(folder.path / "result/result.json");
    EXPECT_EXIT(start_and_signal(long_campaign(folder.path) + Words{"--force"}, folder.path / "log",
                                 {SIGINT}),
                testing::ExitedWithCode(75), "interrupted");
    EXPECT_EQ(read(folder.path / "result/result.json"), before);
}

TEST_F(Interrupt, ForTheSecondTimeEndsTheProgramAtOnce) {
    for (const int second : {SIGINT, SIGTERM}) {
        fs::remove(folder.path / "log");
        EXPECT_EXIT(
            start_and_signal(long_campaign(folder.path), folder.path / "log", {SIGINT, second}),
            testing::KilledBySignal(second), "");
        EXPECT_FALSE(holds_result(folder.path / "result"));
    }
}

TEST_F(Interrupt, EndsAnEvaluationToo) {
    const auto log = folder.path / "log";
    Words words = Words{"evaluate"} + demo() +
                  Words{"--batch", "1", "--log-level", "info", "--log-file", log.string()};
    EXPECT_EXIT(start_and_signal(words, log, {SIGINT}), testing::ExitedWithCode(130),
                "faultline: interrupted");
}

TEST(Signals, AreTheCallersAgainWhenTheProgramIsDone) {
    const auto before = std::signal(SIGTERM, SIG_IGN);
    expect_done(Words{"evaluate", "--first", "2"} + demo());
    EXPECT_EQ(std::signal(SIGTERM, before), SIG_IGN);
}

}  // namespace
}  // namespace faultline::cli
