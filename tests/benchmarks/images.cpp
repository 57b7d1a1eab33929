// From files to what the network sees. Lines to compare: copy_bytes with read_cached (the same
// bytes from memory and from the mapped file), normalise with a golden pass.
#include <benchmark/benchmark.h>
#include <faultline/dataset/cache.h>
#include <faultline/evaluation/normalise.h>
#include <malloc.h>

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "support/folder.h"

namespace faultline::benchmarks {
namespace {

constexpr int batch = 128, size = 224, count = 4 * batch;

/// JPEG files of a photograph's usual size: smooth noise, so that they also compress like one.
struct Photographs {
    TemporaryFolder folder;
    dataset::Dataset images = make();

    dataset::Dataset make() const {
        const auto path = folder.path / "images/class";
        std::filesystem::create_directories(path);
        cv::RNG random(1);
        for (int k = 0; k < count; ++k) {
            cv::Mat small(50, 67, CV_8UC3), image;
            random.fill(small, cv::RNG::UNIFORM, 0, 256);
            cv::resize(small, image, {500, 375}, 0, 0, cv::INTER_CUBIC);
            cv::imwrite(path / (std::to_string(k) + ".jpg"), image);
        }
        dataset::Settings settings;
        settings.images = folder.path / "images";
        return dataset::open(settings);
    }
};

const Photographs& photographs() {
    static const Photographs made;
    return made;
}

/// The same images in a cache.
const dataset::Dataset& cached() {
    static const auto images = [] {
        auto made = photographs().images;
        dataset::use_cache(made, {.cache_folder = photographs().folder.path / "cache"}, 2);
        return made;
    }();
    return images;
}

void count_bytes(benchmark::State& state) {
    state.SetBytesProcessed(state.iterations() * std::int64_t{batch} * 3 * size * size);
}

void open_folder(benchmark::State& state) {
    const auto settings = photographs().images.settings();
    for ([[maybe_unused]] auto iteration : state) {
        benchmark::DoNotOptimize(dataset::open(settings));
    }
    state.SetItemsProcessed(state.iterations() * count);
}
BENCHMARK(open_folder)->Unit(benchmark::kMillisecond)->UseRealTime();

void decode(benchmark::State& state) {
    const auto threads = static_cast<int>(state.range(0));
    for ([[maybe_unused]] auto iteration : state) {
        benchmark::DoNotOptimize(photographs().images.load(0, batch, threads));
    }
    state.SetItemsProcessed(state.iterations() * batch);
}
BENCHMARK(decode)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

/// Every byte checked: what a start costs when the file is there.
void open_cached(benchmark::State& state) {
    cached();
    for ([[maybe_unused]] auto iteration : state) {
        auto images = photographs().images;
        benchmark::DoNotOptimize(
            dataset::use_cache(images, {.cache_folder = photographs().folder.path / "cache"}, 2));
    }
    state.SetBytesProcessed(state.iterations() * std::int64_t{count} * 3 * size * size);
}
BENCHMARK(open_cached)->Unit(benchmark::kMillisecond)->UseRealTime();

void copy_bytes(benchmark::State& state) {
    const auto decoded = photographs().images.load(0, batch, 2);
    const std::vector<std::uint8_t> from(decoded.pixels.begin(), decoded.pixels.end());
    std::vector<std::uint8_t> to(from.size());
    for ([[maybe_unused]] auto iteration : state) {
        std::memcpy(to.data(), from.data(), from.size());
        benchmark::ClobberMemory();
    }
    count_bytes(state);
}
BENCHMARK(copy_bytes)->UseRealTime();

/// One block after the other, every byte touched.
void read_cached(benchmark::State& state) {
    const auto& images = cached();
    std::vector<std::uint8_t> to(std::size_t{batch} * 3 * size * size);
    std::int64_t first = 0;
    for ([[maybe_unused]] auto iteration : state) {
        const auto block = images.load(first, batch, 1);
        std::memcpy(to.data(), block.pixels.data(), block.pixels.size());
        benchmark::ClobberMemory();
        first = (first + batch) % count;
    }
    count_bytes(state);
}
BENCHMARK(read_cached)->UseRealTime();

void normalise(benchmark::State& state) {
    // As the program does: fresh pages for each result would take five times as long as filling it.
    mallopt(M_MMAP_MAX, 0);
    mallopt(M_TRIM_THRESHOLD, -1);
    const auto& images = cached();
    const auto before = at::get_num_threads();
    at::set_num_threads(static_cast<int>(state.range(0)));
    std::int64_t first = 0;
    for ([[maybe_unused]] auto iteration : state) {
        const auto block = images.load(first, batch, 1);
        benchmark::DoNotOptimize(
            evaluation::normalise(block, images.settings().preprocessing, at::kCPU));
        first = (first + batch) % count;
    }
    at::set_num_threads(before);
    count_bytes(state);
    state.counters["ms_per_image"] =
        benchmark::Counter(1e-3 * static_cast<double>(state.iterations()) * batch,
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(normalise)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace faultline::benchmarks
