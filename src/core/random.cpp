#include <Random123/philox.h>

#include <faultline/core/random.h>

namespace faultline::core {

namespace {

std::uint64_t joined(std::uint32_t low, std::uint32_t high) {
    return (std::uint64_t{high} << 32U) | low;
}

}  // namespace

std::array<std::uint64_t, 2> random_words(const Counter& counter) {
    r123::Philox4x32 generator;  // ten rounds
    const r123::Philox4x32::ctr_type cell = {
        {counter.attempt, counter.draw, counter.stream, counter.run}};
    const r123::Philox4x32::key_type key = {{static_cast<std::uint32_t>(counter.seed),
                                             static_cast<std::uint32_t>(counter.seed >> 32U)}};
    const auto output = generator(cell, key);
    return {joined(output[0], output[1]), joined(output[2], output[3])};
}

std::uint64_t scaled(std::uint64_t word, std::uint64_t count) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>(word) * count) >> 64U);
}

}  // namespace faultline::core
