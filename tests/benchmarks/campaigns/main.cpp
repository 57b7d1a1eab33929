// Whole passes against resumed trials, in one process: `benchmark_campaigns CONFIG.json`. Prints a
// JSON line that says what is measured, then one for each repetition, in which every way of
// measuring has its turn once. Beside them, in the output folder, lie the fault lists and the
// normalised images, so that another program can do the same trials.

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <faultline/core/files.h>
#include <faultline/evaluation/normalise.h>
#include <faultline/network/device.h>
#include <fmt/format.h>
#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "contender.h"
#include "images.h"
#include "lines.h"
#include "passes.h"
#include "trials.h"

namespace faultline::benchmarks {
namespace {

using evaluation::Method;

/// As the tool itself does.
void keep_freed_memory() {
    mallopt(M_MMAP_MAX, 0);
    mallopt(M_TRIM_THRESHOLD, -1);
    mallopt(M_TOP_PAD, 64 << 20);
}

network::Network load_network(const Settings& settings, const dataset::Block& images) {
    network::fix_numerics(settings.evaluation.threads);
    auto network = network::load(settings.network);
    network.measure_shapes({3, images.height, images.width});
    return network;
}

/// What all repetitions share.
struct World {
    explicit World(const Settings& all)
        : settings(all), blocks(benchmarks::blocks(all)), network(load_network(all, blocks[0])) {
        for (const auto& test : settings.measuring.tests)
            tests.push_back(draw_trials(settings, network, test));
        images = evaluation::normalise(blocks[0], settings.dataset.preprocessing, network.device());
        if (settings.measuring.plain_tier) {
            plain.emplace(network, settings, Method::resumed,
                          evaluation::Tiers{.block = false, .drop = false, .stack = false});
        }
    }

    const Settings& settings;
    std::vector<dataset::Block> blocks;
    network::Network network;
    std::vector<Trials> tests;
    at::Tensor images;  ///< of the first block
    Contender whole{network, settings, Method::whole, {}};
    Contender resumed{network, settings, Method::resumed, settings.evaluation.tiers};
    std::optional<Contender> plain;
};

std::int64_t peak_bytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss * 1024;
}

void print(const core::Json& line) {
    fmt::print("{}\n", line.dump());
    std::fflush(stdout);
}

/// Images as float32 and fault lists, for programs that do the same.
void write_inputs(const World& world) {
    const std::filesystem::path folder = world.settings.measuring.output;
    core::require_writable_folder(folder);
    const auto images = world.images.cpu().contiguous();
    core::write_file(folder / "images.f32", {static_cast<const char*>(images.const_data_ptr()),
                                             static_cast<std::size_t>(images.nbytes())});
    for (const auto& trials : world.tests)
        write_faults(trials, world.network, folder / fmt::format("faults_{}.csv", trials.test));
}

core::Json header(const World& world) {
    auto line = describe(world.network);
    line["images"] = {{"count", world.images.size(0)},
                      {"height", world.images.size(2)},
                      {"width", world.images.size(3)},
                      {"blocks", world.blocks.size()}};
    line["threads"] = world.settings.evaluation.threads;
    line["device"] = world.network.device().str();
    line["kept_bytes"] = world.resumed.plan().kept_bytes;
    line["kept_count"] = world.resumed.plan().kept_count;
    line["wanted_count"] = world.resumed.plan().wanted_count;
    for (const auto& trials : world.tests) line["tests"][trials.test] = describe(trials);
    return line;
}

/// How many sampled trials got another tally when they were resumed.
int differences(const Trials& trials, const Spent& whole, const Spent& resumed) {
    int count = 0;
    for (std::size_t place = 0; place < trials.sampled.size(); ++place) {
        const auto sampled = static_cast<std::size_t>(trials.sampled[place]);
        if (whole.tallies[place] != resumed.tallies[sampled]) ++count;
    }
    return count;
}

core::Json measure_test(World& world, const Trials& trials) {
    const auto whole = world.whole.measure({world.blocks.data(), 1}, trials.as_whole);
    const auto resumed = world.resumed.measure(world.blocks, trials.all);
    core::Json line = {{"whole", describe(whole)},
                       {"resumed", describe(resumed)},
                       {"differences", differences(trials, whole, resumed)},
                       {"unchanged", unchanged(whole.tallies)}};
    if (world.plain) line["plain"] = describe(world.plain->measure(world.blocks, trials.all));
    return line;
}

double median(std::vector<double> numbers) {
    const auto middle = numbers.begin() + std::ssize(numbers) / 2;
    std::ranges::nth_element(numbers, middle);
    return *middle;
}

/// Reference and program of steps in turn, since a few milliseconds are easily disturbed.
core::Json measure_passes(const World& world) {
    constexpr int turns = 5;
    std::vector<double> forward, walk;
    for (int turn = 0; turn < turns; ++turn) {
        forward.push_back(forward_seconds(world.network, world.images));
        walk.push_back(walk_seconds(world.network, world.images));
    }
    return {{"forward", median(forward)},
            {"walk", median(walk)},
            {"steps", describe(step_seconds(world.network, world.images))}};
}

core::Json measure(World& world) {
    auto line = measure_passes(world);
    for (const auto& trials : world.tests) line["tests"][trials.test] = measure_test(world, trials);
    line["peak_bytes"] = peak_bytes();
    line["work"] = describe(world.resumed.work());
    return line;
}

void run(const std::string& config) {
    keep_freed_memory();
    const c10::NoGradGuard no_gradients;
    const auto settings = read_settings(config);
    World world(settings);
    write_inputs(world);
    forward_seconds(world.network, world.images);  // the first pass of all is slower
    walk_seconds(world.network, world.images);
    print(header(world));
    std::string go;
    for (int repetition = 0; repetition < settings.measuring.repetitions; ++repetition) {
        if (settings.measuring.paced && !std::getline(std::cin, go)) return;
        print(measure(world));
    }
}

}  // namespace
}  // namespace faultline::benchmarks

int main(int argc, char** argv) {
    if (argc != 2) {
        fmt::print(stderr, "benchmark_campaigns CONFIG.json\n");
        return 2;
    }
    try {
        faultline::benchmarks::run(argv[1]);
    } catch (const std::exception& error) {
        fmt::print(stderr, "benchmark_campaigns: {}\n", error.what());
        return 3;
    }
    return 0;
}
