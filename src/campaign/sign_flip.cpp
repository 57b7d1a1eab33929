// The values are counts of images, so the sums that signs can make are few although the signs are
// many: how often each sum comes is found value by value.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "rearrange.h"

namespace faultline::campaign {

namespace {

using Values = std::vector<std::int64_t>;

/// Zeros have no sign.
Values magnitudes(std::span<const std::int64_t> differences) {
    Values all;
    for (const auto value : differences)
        if (value != 0) all.push_back(std::abs(value));
    return all;
}

/// probabilities[total + sum]: of every sum that random signs make of `values`, which total
/// `total`.
std::vector<double> sums(const Values& values, std::int64_t total) {
    const auto size = static_cast<std::size_t>(2 * total + 1);
    std::vector<double> probabilities(size), next(size);
    probabilities[static_cast<std::size_t>(total)] = 1;
    std::int64_t reach = 0;
    for (const auto value : values) {
        std::fill(next.begin(), next.end(), 0.0);
        for (auto sum = total - reach; sum <= total + reach; ++sum) {
            const auto half = probabilities[static_cast<std::size_t>(sum)] / 2;
            next[static_cast<std::size_t>(sum + value)] += half;
            next[static_cast<std::size_t>(sum - value)] += half;
        }
        reach += value;
        std::swap(probabilities, next);
    }
    return probabilities;
}

double counted_p(const Values& values, std::int64_t total, std::int64_t observed) {
    const auto probabilities = sums(values, total);
    double p = 0;
    for (std::int64_t sum = observed; sum <= total; ++sum)
        p += 2 * probabilities[static_cast<std::size_t>(total + sum)];
    return std::min(1.0, p);
}

double random_p(const Values& values, std::int64_t observed, const Rearrangements& random) {
    constexpr std::size_t bits = 64;
    Words words(random);
    return sampled_p([&] {
        std::int64_t sum = 0;
        std::uint64_t signs = 0;
        for (std::size_t place = 0; place < values.size(); ++place) {
            if (place % bits == 0) signs = words.next();
            sum += (signs >> (place % bits) & 1U) != 0 ? values[place] : -values[place];
        }
        return std::abs(sum) >= observed;
    });
}

}  // namespace

Significance sign_flip_test(std::span<const std::int64_t> differences,
                            const Rearrangements& random) {
    const auto values = magnitudes(differences);
    const auto sum = std::accumulate(differences.begin(), differences.end(), std::int64_t{0});
    if (sum == 0) return {1, true};
    const auto total = std::accumulate(values.begin(), values.end(), std::int64_t{0});
    const auto observed = std::abs(sum);
    if (static_cast<double>(values.size()) * static_cast<double>(total) <= most_steps)
        return {counted_p(values, total, observed), true};
    return {random_p(values, observed, random), false};
}

double least_sign_flip_p(std::int64_t runs) {
    return std::min(1.0, std::ldexp(2.0, -static_cast<int>(std::min<std::int64_t>(runs, 1000))));
}

}  // namespace faultline::campaign
