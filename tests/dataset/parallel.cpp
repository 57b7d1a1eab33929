#include "../../src/dataset/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace faultline::dataset {
namespace {

TEST(Parallel, DoesEachNumberOnceOnAnyNumberOfThreads) {
    for (const int threads : {-1, 0, 1, 2, 7, 200}) {
        for (const std::int64_t count : {0, 1, 5, 100}) {
            std::vector<std::atomic<int>> done(static_cast<std::size_t>(count));
            parallel(count, threads, [&](std::int64_t k) { ++done[static_cast<std::size_t>(k)]; });
            for (const auto& times : done) EXPECT_EQ(times, 1);
        }
    }
}

/// Both numbers start, then `sooner` fails before the other; what reaches the caller?
std::string failure(std::int64_t sooner) {
    std::latch started(2);
    std::latch failed(1);
    try {
        parallel(2, 2, [&](std::int64_t k) {
            started.arrive_and_wait();
            if (k != sooner) {
                failed.wait();
                // Nothing tells when the other's exception was kept, so give it time.
                std::this_thread::sleep_for(std::chrono::milliseconds(50));
            } else {
                failed.count_down();
            }
            throw std::runtime_error(std::to_string(k));
        });
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "none";
}

TEST(Parallel, ThrowsTheFailureOfTheSmallestNumber) {
    EXPECT_EQ(failure(0), "0");
    EXPECT_EQ(failure(1), "0");
}

TEST(Parallel, StopsAfterAFailure) {
    std::atomic<int> done = 0;
    EXPECT_THROW(parallel(1000, 1,
                          [&](std::int64_t k) {
                              ++done;
                              if (k == 10) throw std::runtime_error("enough");
                          }),
                 std::runtime_error);
    EXPECT_EQ(done, 11);
}

}  // namespace
}  // namespace faultline::dataset
