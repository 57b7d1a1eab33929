#include "images.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <faultline/core/error.h>
#include <fmt/format.h>

namespace faultline::benchmarks {
namespace {

constexpr int coarse = 7;  // pixels a side, before they are drawn apart

dataset::Block drawn(const Settings& settings, int place) {
    const int count = settings.evaluation.batch, size = settings.measuring.image_size;
    const auto generator = at::detail::createCPUGenerator(static_cast<std::uint64_t>(place) + 1);
    const auto values = at::rand({count, 3, coarse, coarse}, generator, at::kFloat).mul(255);
    const auto pixels =
        at::upsample_bilinear2d(values, {size, size}, false).to(at::kByte).contiguous();
    const auto* first = pixels.const_data_ptr<std::uint8_t>();
    return {.first = std::int64_t{place} * count,
            .count = count,
            .height = size,
            .width = size,
            .pixels = std::vector<std::uint8_t>(first, first + pixels.numel()),
            .labels = std::vector<std::int32_t>(static_cast<std::size_t>(count))};
}

}  // namespace

std::vector<dataset::Block> blocks(const Settings& settings) {
    std::vector<dataset::Block> all;
    if (settings.dataset.images.empty()) {
        for (int place = 0; place < settings.measuring.blocks; ++place)
            all.push_back(drawn(settings, place));
        return all;
    }
    const auto images = dataset::open(settings.dataset);
    const std::int64_t batch = settings.evaluation.batch;
    if (images.size() < batch * settings.measuring.blocks) {
        throw core::Error(
            core::Fault::usage,
            fmt::format("{}: {} images, but {} blocks of {} are to be measured",
                        settings.dataset.images, images.size(), settings.measuring.blocks, batch));
    }
    for (int place = 0; place < settings.measuring.blocks; ++place) {
        all.push_back(
            images.load(place * batch, settings.evaluation.batch, settings.evaluation.threads));
    }
    return all;
}

}  // namespace faultline::benchmarks
