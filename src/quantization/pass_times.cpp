#include <ATen/ATen.h>
#include <faultline/core/place.h>
#include <faultline/evaluation/normalise.h>
#include <faultline/quantization/pass_times.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace faultline::quantization {
namespace {

double seconds_of(const network::Network& network, const at::Tensor& images) {
    const auto start = std::chrono::steady_clock::now();
    network.forward(images).to(at::kCPU);  // a device is done when its scores are here
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + std::ssize(values) / 2;
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

}  // namespace

PassTimes pass_times(const network::Network& before, const network::Network& after,
                     const ImageSet& set, int passes) {
    const auto count = static_cast<int>(std::min<std::int64_t>(set.batch, set.images.size()));
    const auto block = set.images.load(0, count, set.threads);
    const auto images = evaluation::padded(
        evaluation::normalise(block, set.images.settings().preprocessing, before.device()),
        set.batch);
    std::vector<double> old_times, new_times;
    seconds_of(before, images);  // the first passes settle memory and primitives
    seconds_of(after, images);
    for (int pass = 0; pass < passes; ++pass) {
        old_times.push_back(seconds_of(before, images));
        new_times.push_back(seconds_of(after, images));
        set.after_batch();
    }
    return {median(old_times) / set.batch, median(new_times) / set.batch, passes};
}

}  // namespace faultline::quantization
