#include <faultline/campaign/budget.h>
#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace faultline::campaign {

namespace {

constexpr std::int64_t most_runs = 1'000'000;

std::int64_t fitting_runs(double seconds, double run_seconds) {
    if (seconds <= 0) return 0;
    const auto runs = std::floor(seconds / std::max(run_seconds, 1e-12));
    return static_cast<std::int64_t>(std::min(runs, static_cast<double>(most_runs)));
}

Split own_images(const Cost& cost, std::int64_t images, double seconds) {
    const auto run = cost.set.at(images) + cost.run.at(images);
    const auto runs = fitting_runs(seconds, run);
    return {images, true, runs, static_cast<double>(runs) * run, 1};
}

Split all_images(const Cost& cost, std::int64_t images, double seconds) {
    const auto set = cost.set.at(images), run = cost.run.at(images);
    const auto runs = fitting_runs(seconds - set, run);
    return {images, false, runs, set + static_cast<double>(runs) * run, 1};
}

}  // namespace

double Seconds::at(std::int64_t images) const {
    return std::max(0.0, start + each * static_cast<double>(images));
}

Seconds line(const Timed& few, const Timed& many) {
    assert(few.images <= many.images);
    if (few.images == many.images) return {0, many.seconds / static_cast<double>(many.images)};
    const auto distance = static_cast<double>(many.images - few.images);
    const auto each = std::max(0.0, (many.seconds - few.seconds) / distance);
    return {many.seconds - each * static_cast<double>(many.images), each};
}

double expected_width(double deviation, std::int64_t runs, double confidence) {
    assert(runs > 0);
    const auto count = static_cast<double>(runs);
    const auto refusal = std::log(2 / (1 - confidence));
    const auto scatter = 1.78 * deviation * std::sqrt(2 * refusal / count);
    const auto bounds = refusal / (0.9 * count);
    return std::min(1.0, std::hypot(scatter, bounds));
}

std::vector<Split> splits(const Cost& cost, const Scatter& scatter, std::int64_t images,
                          double seconds, double confidence) {
    assert(images > 0);
    constexpr std::array<std::int64_t, 9> counts = {10, 20, 50, 100, 200, 500, 1000, 2000, 5000};
    std::vector<Split> all;
    for (const auto count : counts)
        if (count < images) all.push_back(own_images(cost, count, seconds));
    all.push_back(all_images(cost, images, seconds));
    std::erase_if(all, [](const Split& split) { return split.runs < 2; });
    for (auto& split : all) {
        const auto count = static_cast<double>(split.images);
        const auto left_out = 1 - count / static_cast<double>(images);
        const auto variance = scatter.runs + scatter.images / count * left_out;
        split.width = expected_width(std::sqrt(variance), split.runs, confidence);
    }
    return all;
}

std::size_t narrowest(std::span<const Split> splits) {
    assert(!splits.empty());
    const auto best =
        std::min_element(splits.begin(), splits.end(), [](const Split& left, const Split& right) {
            return left.width < right.width ||
                   (left.width == right.width && left.runs < right.runs);
        });
    return static_cast<std::size_t>(best - splits.begin());
}

}  // namespace faultline::campaign
