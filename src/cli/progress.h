#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace faultline::cli {

enum class ProgressStyle {
    automatic,  ///< a line that renews itself where stderr is a terminal, else none
    plain,      ///< a line now and then
    none,
};

/// Throws core::Error(usage) for another name than auto, plain, none.
ProgressStyle progress_style(const std::string& name);

/// Shows on stderr how far the work is and how long it will still take.
class Progress {
 public:
    Progress(ProgressStyle style, std::int64_t total);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void step();

 private:
    using Clock = std::chrono::steady_clock;

    void show(Clock::time_point now);

    bool live_;
    bool on_;
    std::int64_t total_;
    std::int64_t done_ = 0;
    Clock::time_point start_ = Clock::now();
    Clock::time_point shown_ = start_;
};

/// "41 % of 5000 trials, 2 min 10 s left".
std::string progress_text(std::int64_t done, std::int64_t total, double elapsed_seconds);

}  // namespace faultline::cli
