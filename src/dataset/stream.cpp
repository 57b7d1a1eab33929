#include <faultline/dataset/dataset.h>

#include <algorithm>
#include <cassert>

namespace faultline::dataset {

Stream::Stream(const Dataset& dataset, int block_size, int threads)
    : dataset_(dataset), block_size_(block_size), threads_(threads) {
    assert(block_size > 0);
    start();
}

std::optional<Block> Stream::next() {
    if (!ahead_.valid()) return std::nullopt;
    auto block = ahead_.get();
    position_ += block.count;
    start();
    return block;
}

void Stream::start() {
    const auto left = dataset_.size() - position_;
    if (left <= 0) return;
    const auto count = static_cast<int>(std::min<std::int64_t>(left, block_size_));
    ahead_ = std::async(std::launch::async,
                        [&dataset = dataset_, first = position_, count, threads = threads_] {
                            return dataset.load(first, count, threads);
                        });
}

}  // namespace faultline::dataset
