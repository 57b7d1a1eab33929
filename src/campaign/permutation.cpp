// How many of the ways to take n values out of all make which sum is found value by value (counts
// of images: the sums are few). Two shares that were swapped must come to the same p, so the
// difference of means is compared without division: with all values together T and n of N taken,
// whose sum is s, it is (s N - n T) / (n (N - n)).

#include <algorithm>
#include <boost/math/special_functions/binomial.hpp>
#include <cassert>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "rearrange.h"

namespace faultline::campaign {

namespace {

struct Pool {
    std::vector<std::int64_t> values;  ///< all, less the smallest
    std::int64_t total = 0;
    std::size_t taken = 0;  ///< so many are in the smaller list

    std::int64_t distance(std::int64_t sum) const {
        return std::abs(sum * std::ssize(values) - static_cast<std::int64_t>(taken) * total);
    }
};

/// `observed` gets the sum of the smaller list.
Pool pool(std::span<const std::int64_t> smaller, std::span<const std::int64_t> larger,
          std::int64_t& observed) {
    Pool all;
    all.taken = smaller.size();
    all.values.assign(smaller.begin(), smaller.end());
    all.values.insert(all.values.end(), larger.begin(), larger.end());
    const auto least = *std::min_element(all.values.begin(), all.values.end());
    for (auto& value : all.values) value -= least;
    all.total = std::accumulate(all.values.begin(), all.values.end(), std::int64_t{0});
    observed = std::accumulate(all.values.begin(),
                               all.values.begin() + static_cast<std::ptrdiff_t>(all.taken),
                               std::int64_t{0});
    return all;
}

/// No sum of `taken` values is larger.
std::int64_t largest_sum(const Pool& pool) {
    auto sorted = pool.values;
    std::sort(sorted.rbegin(), sorted.rend());
    return std::accumulate(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(pool.taken),
                           std::int64_t{0});
}

double counted_p(const Pool& pool, std::int64_t largest, std::int64_t observed) {
    const auto width = static_cast<std::size_t>(largest) + 1;
    std::vector<double> ways((pool.taken + 1) * width);  // [how many are taken][their sum]
    ways[0] = 1;
    std::size_t seen = 0;
    for (const auto value : pool.values) {
        const auto shift = static_cast<std::size_t>(value);
        for (auto count = std::min(pool.taken, ++seen); count > 0; --count) {
            const auto* fewer = &ways[(count - 1) * width];
            auto* these = &ways[count * width];
            for (std::size_t sum = shift; sum < width; ++sum) these[sum] += fewer[sum - shift];
        }
    }
    double all = 0, extreme = 0;
    for (std::size_t sum = 0; sum < width; ++sum) {
        const auto count = ways[pool.taken * width + sum];
        all += count;
        if (pool.distance(static_cast<std::int64_t>(sum)) >= pool.distance(observed))
            extreme += count;
    }
    return extreme / all;
}

double random_p(Pool pool, std::int64_t observed, const Rearrangements& random) {
    Words words(random);
    const auto limit = pool.distance(observed);
    return sampled_p([&] {
        std::int64_t sum = 0;
        for (std::size_t place = 0; place < pool.taken; ++place) {
            const auto left = pool.values.size() - place;
            std::swap(pool.values[place], pool.values[place + core::scaled(words.next(), left)]);
            sum += pool.values[place];
        }
        return pool.distance(sum) >= limit;
    });
}

}  // namespace

Significance permutation_test(std::span<const std::int64_t> base,
                              std::span<const std::int64_t> changed, const Rearrangements& random) {
    assert(!base.empty() && !changed.empty());
    std::int64_t observed = 0;
    const auto all = base.size() <= changed.size() ? pool(base, changed, observed)
                                                   : pool(changed, base, observed);
    if (all.distance(observed) == 0) return {1, true};
    const auto largest = largest_sum(all);
    const auto steps = static_cast<double>(all.taken) * static_cast<double>(largest) *
                       static_cast<double>(all.values.size());
    constexpr std::size_t most_values = 1000;  // a double holds how many ways there are
    if (steps <= most_steps && all.values.size() <= most_values)
        return {counted_p(all, largest, observed), true};
    return {random_p(all, observed, random), false};
}

double least_permutation_p(std::int64_t base, std::int64_t changed) {
    constexpr std::int64_t enough = 500;
    const auto all = static_cast<unsigned>(std::min(base, enough) + std::min(changed, enough));
    const auto ways = boost::math::binomial_coefficient<double>(
        all, static_cast<unsigned>(std::min(base, enough)));
    return std::min(1.0, (base == changed ? 2 : 1) / ways);
}

}  // namespace faultline::campaign
