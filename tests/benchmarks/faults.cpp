#include <benchmark/benchmark.h>
#include <faultline/evaluation/injection.h>
#include <faultline/fault/draw.h>

#include "demo.h"

namespace faultline::benchmarks {
namespace {

/// All stored numbers of the network as words of 32 bits.
fault::Space space(const network::Description& network) {
    std::vector<fault::Extent> extents;
    for (const auto& tensor : network.tensors) {
        extents.push_back({static_cast<std::int32_t>(extents.size()), tensor.element_count(), 32});
    }
    return fault::Space(std::move(extents));
}

/// A fault comes and goes: written, read back, restored, read back.
void inject_and_restore(benchmark::State& state) {
    const auto words = static_cast<std::uint64_t>(state.range(0));
    std::vector<fault::Effect> effects;
    for (const auto& error : fault::draw(space(demo().description()), {}, {}, words)) {
        effects.push_back(fault::effect(error));
    }
    for ([[maybe_unused]] auto iteration : state) {
        evaluation::Injection injection(demo(), effects);
        injection.restore();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(inject_and_restore)->Arg(1)->Arg(50)->Arg(500);

/// What the layer-wise test draws in VGG16's largest layer.
void draw_errors(benchmark::State& state) {
    const fault::Space fc6({{0, 102'760'448, 32}});
    for ([[maybe_unused]] auto iteration : state) {
        benchmark::DoNotOptimize(
            fault::draw(fc6, {}, {}, static_cast<std::uint64_t>(state.range(0))));
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(draw_errors)->Arg(57'346)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace faultline::benchmarks
