#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace faultline::cli {

enum class ProgressStyle {
    automatic,  ///< a line that renews itself where stderr is a terminal, else none
    plain,      ///< a line now and then, and one at the end
    none,
};

/// Shows on stderr how much of `total` steps is done and how long the rest will take, after what is
/// being done where `task` says it.
class Progress {
 public:
    Progress(ProgressStyle style, std::int64_t total, const std::string& task = "");
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void step(std::int64_t count = 1);

 private:
    using Clock = std::chrono::steady_clock;

    void show(Clock::time_point now);

    bool live_;
    bool on_;
    std::int64_t total_;
    std::string before_;
    std::int64_t done_ = 0;
    Clock::time_point start_ = Clock::now();
    Clock::time_point shown_ = start_;
};

/// "41 %, 2 min 10 s left".
std::string progress_text(std::int64_t done, std::int64_t total, double elapsed_seconds);

}  // namespace faultline::cli
