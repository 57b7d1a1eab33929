#include <faultline/campaign/statistics.h>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <vector>

namespace faultline::campaign {

namespace {

double quantile(const std::vector<double>& sorted, double share) {
    const auto place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const auto above = std::min(below + 1, sorted.size() - 1);
    return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

double deviation_from(double mean, std::span<const double> values, Deviation deviation) {
    if (values.size() == 1) return 0;
    double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    const auto count = static_cast<double>(values.size());
    return std::sqrt(squares / (deviation == Deviation::sample ? count - 1 : count));
}

/// By rising values.
std::vector<std::size_t> order_of(std::span<const double> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t place) { return values[place]; });
    return order;
}

}  // namespace

Distribution distribution(std::span<const double> values, Deviation deviation) {
    assert(!values.empty());
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    Distribution result;
    result.count = std::ssize(values);
    result.minimum = sorted.front();
    result.maximum = sorted.back();
    // Rounding must not put the mean of equal values beside them.
    result.mean = std::clamp(
        std::accumulate(sorted.begin(), sorted.end(), 0.0) / static_cast<double>(sorted.size()),
        result.minimum, result.maximum);
    result.deviation = deviation_from(result.mean, sorted, deviation);
    result.median = quantile(sorted, 0.5);
    result.quantile_05 = quantile(sorted, 0.05);
    result.quantile_25 = quantile(sorted, 0.25);
    result.quantile_75 = quantile(sorted, 0.75);
    result.quantile_95 = quantile(sorted, 0.95);
    return result;
}

Distribution weighted_distribution(std::span<const double> values, std::span<const double> weights,
                                   Deviation deviation) {
    assert(!values.empty() && values.size() == weights.size());
    const auto order = order_of(values);
    const auto sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    Distribution result;
    result.count = std::ssize(values);
    result.minimum = values[order.front()];
    result.maximum = values[order.back()];
    for (std::size_t i = 0; i < values.size(); ++i) result.mean += values[i] * weights[i] / sum;
    double squares = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
        squares += weights[i] / sum * (values[i] - result.mean) * (values[i] - result.mean);
    const auto count = static_cast<double>(result.count);
    const bool corrected = deviation == Deviation::sample && result.count > 1;
    result.deviation = std::sqrt(squares * (corrected ? count / (count - 1) : 1));
    const auto quantile = [&](double share) {
        double until = 0;
        for (const auto place : order) {
            until += weights[place];
            if (until >= share * sum) return values[place];
        }
        return result.maximum;
    };
    result.median = quantile(0.5);
    result.quantile_05 = quantile(0.05);
    result.quantile_25 = quantile(0.25);
    result.quantile_75 = quantile(0.75);
    result.quantile_95 = quantile(0.95);
    return result;
}

}  // namespace faultline::campaign
