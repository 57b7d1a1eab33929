#pragma once

#include <cstdint>
#include <functional>

namespace faultline::dataset {

/// Calls work(0) .. work(count - 1) on `threads` threads (at least one) and waits for all of them.
/// When calls throw, the exception of the smallest number is thrown on, whatever thread was faster.
void parallel(std::int64_t count, int threads, const std::function<void(std::int64_t)>& work);

}  // namespace faultline::dataset
