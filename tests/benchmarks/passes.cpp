#include <benchmark/benchmark.h>
#include <faultline/evaluation/evaluator.h>
#include <faultline/network/route.h>

#include "demo.h"

namespace faultline::benchmarks {
namespace {

constexpr int batch = 64;

at::Tensor demo_images() { return tests::images(batch, 32); }

void reference_forward(benchmark::State& state) {
    const auto images = demo_images();
    for ([[maybe_unused]] auto iteration : state) {
        benchmark::DoNotOptimize(demo().forward(images));
    }
    state.SetItemsProcessed(state.iterations() * batch);
}
BENCHMARK(reference_forward)->Unit(benchmark::kMillisecond)->UseRealTime();

/// The same pass, step by step.
void program_walk(benchmark::State& state) {
    const auto images = demo_images();
    const auto& program = demo().program();
    const auto route = network::whole_route(program, network::ValueSet(program.constants.size()));
    for ([[maybe_unused]] auto iteration : state) {
        auto values = program.constants;
        values[static_cast<std::size_t>(program.input)] = images;
        network::run(program, route, values);
        benchmark::DoNotOptimize(values);
    }
    state.SetItemsProcessed(state.iterations() * batch);
}
BENCHMARK(program_walk)->Unit(benchmark::kMillisecond)->UseRealTime();

void compare_logits(benchmark::State& state) {
    constexpr std::size_t images = 256, classes = 1000;
    std::vector<float> golden(images * classes);
    for (std::size_t i = 0; i < golden.size(); ++i) golden[i] = static_cast<float>(i * 7919 % 4001);
    auto faulty = golden;
    for (float& logit : faulty) logit += 0.5F;
    const std::vector<std::int32_t> labels(images, 17);
    for ([[maybe_unused]] auto iteration : state) {
        benchmark::DoNotOptimize(evaluation::compare(faulty, golden, labels));
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(images));
}
BENCHMARK(compare_logits)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace faultline::benchmarks
