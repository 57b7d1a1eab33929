#include "progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace faultline::cli {
namespace {

std::string duration(double seconds) {
    const auto whole = static_cast<std::int64_t>(seconds + 0.5);
    if (whole < 60) return fmt::format("{} s", whole);
    if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
    return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace

std::string progress_text(std::int64_t done, std::int64_t total, double elapsed_seconds) {
    const auto percent = total == 0 ? 100 : 100 * done / total;
    if (done == 0) return fmt::format("{} %", percent);
    const auto left_per_done = static_cast<double>(total - done) / static_cast<double>(done);
    return fmt::format("{} %, {} left", percent, duration(elapsed_seconds * left_per_done));
}

Progress::Progress(ProgressStyle style, std::int64_t total, const std::string& task)
    : live_(style == ProgressStyle::automatic && isatty(STDERR_FILENO) != 0),
      on_(live_ || style == ProgressStyle::plain),
      total_(total),
      before_(task.empty() ? "" : task + ": ") {}

Progress::~Progress() {
    if (live_ && shown_ != start_) std::fputs("\r\033[K", stderr);
}

void Progress::step(std::int64_t count) {
    done_ += count;
    if (!on_) return;
    const auto now = Clock::now();
    const auto pause = std::chrono::milliseconds(live_ ? 200 : 10'000);
    if (now - shown_ >= pause || (!live_ && done_ == total_)) show(now);
}

void Progress::show(Clock::time_point now) {
    shown_ = now;
    const auto elapsed = std::chrono::duration<double>(now - start_).count();
    const auto text = before_ + progress_text(done_, total_, elapsed);
    const auto line = fmt::format("{}{}{}", live_ ? "\r\033[K" : "", text, live_ ? "" : "\n");
    std::fputs(line.c_str(), stderr);  // a campaign doesn't end because nobody can be told of it
    std::fflush(stderr);
}

}  // namespace faultline::cli
