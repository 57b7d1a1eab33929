// A gambler bets against "the mean is m": capital grows by 1 + bet * (value - m) with each value
// and can't, on average, grow if m is right; so where it ever reaches 1 / alpha, m is refused
// (Ville's inequality: with probability 1 - alpha it never does). Half of it bets that the mean is
// higher, half that it is lower ("hedged"). The bets look only at earlier values ("predictable
// plug-in") and never risk more than a set part of the capital.
// Waudby-Smith and Ramdas, Estimating means of bounded random variables by betting, JRSS-B 2024.
// The capital's highest stand decides, also where the count is fixed: the ends of all counts
// before are intersected. That made intervals of scattered values 8 to 12 % narrower, at no risk.

#include <faultline/campaign/statistics.h>
#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <vector>

namespace faultline::campaign {

namespace {

/// Bets are the best for a certain count of values. Where any count may be the last, the capital is
/// shared evenly among gamblers who aim at these: none is further off than a factor of three, which
/// costs less than what sharing does. (Their paper's own bets for that, sqrt(2 log(2 / alpha) / (t
/// log(t + 1) sigma2)), are large early, and one value can cost most of the capital. Half of the
/// runs dead, whole widths from 60, 500, 2000 values: theirs .300 .137 .074, these .299 .108 .044,
/// a fixed count's .247 .087 .043.)
constexpr std::array<double, 5> any_count = {16, 128, 1024, 8192, 65536};

/// What is risked at most decides where values hardly vary. Whole widths from 60 values, with 0.5,
/// 0.75, 0.9, 0.99 at risk:
///   all equal              .113 .078 .066 .061   (Clopper and Pearson need .060 for none in 60)
///   3 % ones, else zeros   .145 .120 .120 .136
///   2 % of runs dead       .137 .109 .102 .100
///   30 % of runs dead      .226 .227 .227 .227
constexpr double most_risked = 0.9;

/// sqrt(2 log(2 / alpha) / sigma2_{t-1}): divided by the root of the count that is aimed at,
/// lambda_t before it is truncated for a given mean.
std::vector<double> bets(std::span<const double> values, double alpha) {
    std::vector<double> result;
    result.reserve(values.size());
    double sum = 0.5, squares = 0.25, seen = 1;  // begin as if a half with variance a quarter
    for (const double value : values) {
        result.push_back(std::sqrt(2 * std::log(2 / alpha) * seen / squares));
        sum += value;
        seen += 1;
        squares += (value - sum / seen) * (value - sum / seen);
    }
    return result;
}

/// The largest mean refused as too low, rounded down; 0 when none is. After each value the capital
/// falls as the mean rises, so its highest stand does, too: one bisection does for all counts.
double lower_end(std::span<const double> values, double alpha, std::span<const double> aims) {
    const auto all_bets = bets(values, alpha);
    std::vector<double> scales;
    for (const double aim : aims) scales.push_back(1 / std::sqrt(aim));
    const auto gamblers = static_cast<double>(aims.size());
    const auto refused = [&](double mean) {
        std::vector<double> capitals(aims.size(), 1.0);  // what falls to 0 was lost for good anyway
        for (std::size_t place = 0; place < values.size(); ++place) {
            double sum = 0;
            for (std::size_t gambler = 0; gambler < aims.size(); ++gambler) {
                const auto bet = std::min(all_bets[place] * scales[gambler], most_risked / mean);
                sum += capitals[gambler] *= 1 + bet * (values[place] - mean);
            }
            if (sum / gamblers >= 2 / alpha) return true;  // half the capital reaches 1 / alpha
        }
        return false;
    };
    double low = 0, high = 1;  // the capital is 1 at most where the mean is 1: never refused
    for (int step = 0; step < 60; ++step) {
        const auto middle = (low + high) / 2;
        (refused(middle) ? low : high) = middle;
    }
    return low < 1e-12 ? 0 : low;
}

Interval interval(std::span<const double> values, double confidence, Bounds bounds,
                  std::span<const double> aims) {
    assert(!values.empty() && bounds.low < bounds.high);
    const auto width = bounds.high - bounds.low;
    std::vector<double> shares, mirrored;
    for (const double value : values) {
        const auto share = (value - bounds.low) / width;
        [[maybe_unused]] constexpr double rounding = 1e-9;
        assert(-rounding <= share && share <= 1 + rounding);
        shares.push_back(std::clamp(share, 0.0, 1.0));
        mirrored.push_back(1 - shares.back());
    }
    const auto alpha = 1 - confidence;
    // Ends that passed each other refuse every mean; what lies between them is as good as nothing.
    const auto [low, high] =
        std::minmax({lower_end(shares, alpha, aims), 1 - lower_end(mirrored, alpha, aims)});
    return {std::lerp(bounds.low, bounds.high, low), std::lerp(bounds.low, bounds.high, high), "",
            confidence};
}

}  // namespace

Interval betting_interval(std::span<const double> values, double confidence, Bounds bounds) {
    const std::array<double, 1> fixed_count = {static_cast<double>(values.size())};
    auto result = interval(values, confidence, bounds, fixed_count);
    result.method = "betting";
    return result;
}

Interval betting_sequence(std::span<const double> values, double confidence, Bounds bounds) {
    auto result = interval(values, confidence, bounds, any_count);
    result.method = "betting-sequence";
    return result;
}

}  // namespace faultline::campaign
