#include "parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace faultline::dataset {
namespace {

/// The failure of the smallest number so far.
class FirstFailure {
 public:
    void keep(std::int64_t number, std::exception_ptr exception) {
        const std::lock_guard lock(mutex_);
        if (exception_ && number_ < number) return;
        number_ = number;
        exception_ = std::move(exception);
    }

    void rethrow() const {
        if (exception_) std::rethrow_exception(exception_);
    }

 private:
    std::mutex mutex_;
    std::int64_t number_ = 0;
    std::exception_ptr exception_;
};

}  // namespace

void parallel(std::int64_t count, int threads, const std::function<void(std::int64_t)>& work) {
    std::atomic<std::int64_t> next = 0;
    std::atomic<bool> failed = false;
    FirstFailure failure;
    // Numbers are handed out in order, so every number below a failed one has been started and
    // the smallest failure is always seen.
    const auto worker = [&] {
        while (!failed) {
            const auto number = next++;
            if (number >= count) return;
            try {
                work(number);
            } catch (...) {
                failure.keep(number, std::current_exception());
                failed = true;
            }
        }
    };
    {
        std::vector<std::jthread> helpers;
        const auto useful = std::clamp<std::int64_t>(count, 1, std::max(threads, 1));
        for (std::int64_t k = 1; k < useful; ++k) helpers.emplace_back(worker);
        worker();
    }
    failure.rethrow();
}

}  // namespace faultline::dataset
