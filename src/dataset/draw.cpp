#include <faultline/core/place.h>
#include <faultline/core/random.h>
#include <faultline/dataset/dataset.h>

#include <algorithm>
#include <cassert>
#include <numeric>
#include <tuple>

namespace faultline::dataset {

std::vector<std::int64_t> draw_images(std::span<const std::int32_t> labels, std::int64_t count,
                                      std::uint64_t seed, std::uint32_t run) {
    constexpr std::uint32_t run_images_stream = 0x696d6773;  // above every layer's stream
    const auto size = std::ssize(labels);
    assert(0 < count && count <= size);
    const auto random = [&](std::int64_t draw) {
        return core::random_words(
            {seed, run, run_images_stream, static_cast<std::uint32_t>(draw), 0})[0];
    };
    std::vector<std::uint64_t> keys;
    for (std::int64_t i = 0; i < size; ++i) keys.push_back(random(i));
    std::vector<std::int64_t> by_class(labels.size());
    std::iota(by_class.begin(), by_class.end(), std::int64_t{0});
    std::ranges::sort(by_class, {}, [&](std::int64_t i) {
        return std::tuple(labels[core::place(i)], keys[core::place(i)], i);
    });
    // In units of 1 / count of an image's distance to the next: whole numbers, so no rounding.
    const auto start =
        static_cast<std::int64_t>(core::scaled(random(size), static_cast<std::uint64_t>(size)));
    std::vector<std::int64_t> drawn;
    for (std::int64_t i = 0; i < count; ++i)
        drawn.push_back(by_class[core::place((start + i * size) / count)]);
    std::ranges::sort(drawn);
    return drawn;
}

}  // namespace faultline::dataset
