#include "../../src/cli/progress.h"

#include "world.h"

namespace faultline::cli {
namespace {

TEST(ProgressText, TellsTheShareAndTheTimeLeft) {
    EXPECT_EQ(progress_text(0, 5000, 3), "0 %") << "nothing is known about the time yet";
    EXPECT_EQ(progress_text(2500, 5000, 30), "50 %, 30 s left");
    EXPECT_EQ(progress_text(1000, 5000, 30), "20 %, 2 min 0 s left");
    EXPECT_EQ(progress_text(1, 5000, 2), "0 %, 2 h 46 min left");
    EXPECT_EQ(progress_text(5000, 5000, 30), "100 %, 0 s left");
}

TEST(ProgressText, RoundsTheShareDown) {
    EXPECT_THAT(progress_text(4999, 5000, 1), testing::StartsWith("99 %"));
    EXPECT_EQ(progress_text(0, 0, 1), "100 %") << "nothing to do is done";
}

std::string shown(ProgressStyle style, int total, int steps) {
    testing::internal::CaptureStderr();
    {
        Progress progress(style, total);
        for (int step = 0; step < steps; ++step) progress.step();
    }
    return testing::internal::GetCapturedStderr();
}

TEST(Progress, OfThePlainStyleEndsWithALine) {
    EXPECT_EQ(shown(ProgressStyle::plain, 3, 3), "100 %, 0 s left\n");
    EXPECT_EQ(shown(ProgressStyle::plain, 3, 2), "") << "stopped before, and too soon for a line";
}

TEST(Progress, IsNotDrawnOutsideATerminal) {
    EXPECT_EQ(shown(ProgressStyle::automatic, 3, 3), "");
    EXPECT_EQ(shown(ProgressStyle::none, 3, 3), "");
}

}  // namespace
}  // namespace faultline::cli
