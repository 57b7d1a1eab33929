// A gambler bets against "the mean is m": capital grows by 1 + bet * (value - m) with each value
// and can't, on average, grow if m is right; so where it reaches 1 / alpha, m is refused (Markov).
// Half of it bets that the mean is higher, half that it is lower ("hedged"). The bets look only at
// earlier values ("predictable plug-in") and never risk more than half of the capital.
// Waudby-Smith and Ramdas, Estimating means of bounded random variables by betting, JRSS-B 2024.
// The capital after the last value decides, so that the interval suits the fixed count.

#include <faultline/campaign/statistics.h>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

namespace faultline::campaign {

namespace {

constexpr double most_risked = 0.5;

/// lambda_t = sqrt(2 log(2 / alpha) / (n sigma2_{t-1})), before it is truncated for a given mean.
std::vector<double> bets(std::span<const double> values, double alpha) {
    const auto count = static_cast<double>(values.size());
    std::vector<double> result;
    double sum = 0.5, squares = 0.25, seen = 1;  // begin as if a half with variance a quarter
    for (const double value : values) {
        result.push_back(std::sqrt(2 * std::log(2 / alpha) * seen / (count * squares)));
        sum += value;
        seen += 1;
        squares += (value - sum / seen) * (value - sum / seen);
    }
    return result;
}

/// Logarithm of the capital of who bets that the mean is above `mean`; falls as `mean` rises.
double log_capital(std::span<const double> values, const std::vector<double>& bets, double mean) {
    double sum = 0;
    for (std::size_t place = 0; place < values.size(); ++place) {
        const auto bet = std::min(bets[place], most_risked / mean);
        sum += std::log1p(bet * (values[place] - mean));
    }
    return sum;
}

/// The largest mean refused as too low, rounded down; 0 when none is.
double lower_end(std::span<const double> values, double alpha) {
    const auto all_bets = bets(values, alpha);
    const auto refusal = std::log(2 / alpha);  // half the capital reaches 1 / alpha
    const auto refused = [&](double mean) {
        return log_capital(values, all_bets, mean) >= refusal;
    };
    double low = 0, high = 1;  // the capital is 1 at most where the mean is 1: never refused
    for (int step = 0; step < 60; ++step) {
        const auto middle = (low + high) / 2;
        (refused(middle) ? low : high) = middle;
    }
    return low < 1e-12 ? 0 : low;
}

}  // namespace

Interval betting_interval(std::span<const double> values, double confidence) {
    assert(!values.empty());
    std::vector<double> mirrored;
    for (const double value : values) mirrored.push_back(1 - value);
    const auto alpha = 1 - confidence;
    const auto [low, high] =
        std::minmax({lower_end(values, alpha), 1 - lower_end(mirrored, alpha)});
    return {low, high, "betting", confidence};
}

}  // namespace faultline::campaign
