#include <benchmark/benchmark.h>
#include <faultline/core/random.h>
#include <faultline/number/fixed_point.h>
#include <faultline/number/least_error.h>

#include <cmath>
#include <vector>

namespace faultline::benchmarks {
namespace {

using number::Encoding;

constexpr std::size_t count = 1 << 20;

number::FixedPoint format(const benchmark::State& state) {
    return number::FixedPoint(
        {.bit_count = 8, .fraction_bits = 7, .encoding = static_cast<Encoding>(state.range(0))});
}

/// Uniform over [-1, 1).
std::vector<float> values() {
    std::vector<float> made(count);
    for (std::uint32_t draw = 0; draw < count; ++draw) {
        const auto word = core::random_words({.draw = draw})[0];
        made[draw] = std::ldexp(static_cast<float>(word >> 40), -23) - 1.0F;
    }
    return made;
}

void per_word(benchmark::State& state) {
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}

/// Argument: the encoding.
void encode_words(benchmark::State& state) {
    const auto from = values();
    std::vector<std::uint32_t> words(count);
    for ([[maybe_unused]] auto iteration : state) {
        format(state).encode(from, words);
        benchmark::ClobberMemory();
    }
    per_word(state);
}
BENCHMARK(encode_words)->Arg(0)->Arg(1);

void decode_words(benchmark::State& state) {
    std::vector<std::uint32_t> words(count);
    format(state).encode(values(), words);
    std::vector<float> decoded(count);
    for ([[maybe_unused]] auto iteration : state) {
        format(state).decode(words, decoded);
        benchmark::ClobberMemory();
    }
    per_word(state);
}
BENCHMARK(decode_words)->Arg(0)->Arg(1);

void quantise_values(benchmark::State& state) {
    const auto from = values();
    std::vector<float> quantised(count);
    for ([[maybe_unused]] auto iteration : state) {
        format(state).quantise(from, quantised);
        benchmark::ClobberMemory();
    }
    per_word(state);
}
BENCHMARK(quantise_values)->Arg(0)->Arg(1);

/// The search for a tensor's fraction: items are numbers of the tensor, whatever the passes.
void choose_by_least_error(benchmark::State& state) {
    auto bell = values();
    for (float& value : bell) value = value * value * value;
    for ([[maybe_unused]] auto iteration : state)
        benchmark::DoNotOptimize(number::least_error({.bit_count = 8}, bell));
    per_word(state);
}
BENCHMARK(choose_by_least_error)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace faultline::benchmarks
