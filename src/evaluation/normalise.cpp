// A channel has 256 possible pixels, so on the CPU the arithmetic is done for those alone, and the
// images are looked up: one pass over memory instead of four, with the same bits.
#include <faultline/evaluation/normalise.h>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <thread>

namespace faultline::evaluation {
namespace {

constexpr std::int64_t channels = 3;

at::Tensor per_channel(const std::vector<double>& values, at::Device device) {
    return at::tensor(values, at::kDouble).to(at::kFloat).reshape({1, -1, 1, 1}).to(device);
}

/// Of bytes [image][channel][row][column], where they are.
at::Tensor arithmetic(const at::Tensor& bytes, const dataset::Preprocessing& preprocessing) {
    const auto device = bytes.device();
    const std::vector<double> scale(channels, preprocessing.scale);
    auto values = bytes.to(at::kFloat);
    // A scalar divisor would become a multiplication by its inverse on CUDA: other bits.
    values.div_(per_channel(scale, device));
    values.sub_(per_channel(preprocessing.mean, device));
    return values.div_(per_channel(preprocessing.deviation, device));
}

/// Calls work(first, last) for parts of [0, count). By hand, because at::parallel_for is one thread
/// in a program that isn't itself compiled for OpenMP, and LibTorch brings an OpenMP of its own.
template <class Work>
void over_threads(std::int64_t count, std::int64_t threads, const Work& work) {
    std::vector<std::jthread> helpers;
    for (std::int64_t k = 1; k < threads; ++k) {
        helpers.emplace_back(work, count * k / threads, count * (k + 1) / threads);
    }
    work(0, count / threads);
}

at::Tensor by_table(const dataset::Block& block, const dataset::Preprocessing& preprocessing) {
    constexpr std::int64_t worth_a_thread = 1 << 18;
    const auto pixels = at::arange(256, at::kByte).reshape({1, 1, 16, 16});
    const auto table = arithmetic(pixels.repeat({1, channels, 1, 1}), preprocessing);
    auto values = at::empty({block.count, channels, block.height, block.width}, at::kFloat);
    const auto plane = std::int64_t{block.height} * block.width;
    const auto look_up = [from = block.pixels.data(), to = values.data_ptr<float>(), plane,
                          start = table.data_ptr<float>()](std::int64_t first, std::int64_t last) {
        for (auto k = first; k < last; ++k) {
            const float* value = start + k % channels * 256;
            std::transform(from + k * plane, from + (k + 1) * plane, to + k * plane,
                           [value](std::uint8_t pixel) { return value[pixel]; });
        }
    };
    const auto useful = values.numel() / worth_a_thread;
    over_threads(block.count * channels, std::clamp<std::int64_t>(useful, 1, at::get_num_threads()),
                 look_up);
    return values;
}

}  // namespace

at::Tensor normalise(const dataset::Block& block, const dataset::Preprocessing& preprocessing,
                     at::Device device) {
    if (device.is_cpu()) return by_table(block, preprocessing);
    auto* pixels =
        const_cast<std::uint8_t*>(block.pixels.data());  // from_blob takes no const; nobody writes
    const auto bytes =
        at::from_blob(pixels, {block.count, channels, block.height, block.width}, at::kByte);
    return arithmetic(bytes.to(device), preprocessing);
}

at::Tensor padded(const at::Tensor& images, std::int64_t batch) {
    const auto missing = batch - images.size(0);
    if (missing <= 0) return images;
    const auto last = images.narrow(0, images.size(0) - 1, 1);
    return at::cat({images, last.expand({missing, -1, -1, -1})});
}

}  // namespace faultline::evaluation
