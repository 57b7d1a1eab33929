// All is computed given that there is an error at all: where errors are rare, that probability is
// tiny and known, and the runs only have to tell what share of it is harmful.

#include <faultline/campaign/risk.h>
#include <algorithm>
#include <boost/math/distributions/poisson.hpp>
#include <cassert>
#include <cmath>

namespace faultline::campaign {

namespace {

/// The number of errors, given that there is at least one.
class ErrorCount {
 public:
    /// `expected` > 0.
    explicit ErrorCount(double expected) : poisson_(expected), any_(-std::expm1(-expected)) {}

    /// Of `count` or more.
    double at_least(std::int64_t count) const {
        if (count <= 1) return 1;
        return std::min(1.0, cdf(complement(poisson_, static_cast<double>(count - 1))) / any_);
    }

    double exactly(std::int64_t count) const {
        if (count < 1) return 0;
        return std::min(1.0, pdf(poisson_, static_cast<double>(count)) / any_);
    }

    /// More than `low` and fewer than `high`.
    double between(std::int64_t low, std::int64_t high) const {
        return std::max(0.0, at_least(low + 1) - at_least(high));
    }

 private:
    boost::math::poisson_distribution<> poisson_;
    double any_;
};

/// What one run says, given that there is an error.
struct RunRisk {
    double low = 0;
    double high = 0;
    double measured = 0;
    double between = 0;
    double beyond = 0;
};

RunRisk run_risk(const RunSteps& steps, bool golden_below, const ErrorCount& errors) {
    RunRisk risk;
    Measured before{0, golden_below};
    for (const auto& step : steps) {
        assert(step.errors >= before.errors);
        const auto gap = errors.between(before.errors, step.errors);
        const auto here = step.errors > before.errors ? errors.exactly(step.errors) : 0;
        risk.between += gap;
        risk.measured += here;
        risk.low += (step.below && before.below ? gap : 0) + (step.below ? here : 0);
        risk.high += (step.below || before.below ? gap : 0) + (step.below ? here : 0);
        before = step;
    }
    risk.beyond = errors.at_least(before.errors + 1);
    risk.high += risk.beyond;
    // Rounding must not put the low one above the high one, nor either outside.
    risk.low = std::clamp(risk.low, 0.0, 1.0);
    risk.high = std::clamp(risk.high, risk.low, 1.0);
    return risk;
}

}  // namespace

double expected_errors(const Mission& mission) {
    return mission.fit_per_mbit / 1e9 * (mission.exposed_bits / bits_per_mbit) * mission.hours;
}

Risk risk(std::span<const RunSteps> runs, bool golden_below, double expected,
          const RiskInterval& interval) {
    assert(!runs.empty() && std::isfinite(expected) && expected >= 0);
    const auto bound = interval.any_count ? betting_sequence : betting_interval;
    const double without = golden_below ? std::exp(-expected) : 0;
    Risk result{.low = without,
                .high = without,
                .mean_low = without,
                .mean_high = without,
                .method = interval.any_count ? "betting-sequence" : "betting",
                .confidence = interval.confidence,
                .measured = 1};
    const double any = -std::expm1(-expected);
    if (any == 0) return result;

    const ErrorCount errors(expected);
    std::vector<double> lows, highs;
    const auto count = static_cast<double>(runs.size());
    result.measured = std::exp(-expected);
    for (const auto& steps : runs) {
        const auto run = run_risk(steps, golden_below, errors);
        lows.push_back(run.low);
        highs.push_back(run.high);
        result.measured += any * run.measured / count;
        result.between += any * run.between / count;
        result.beyond += any * run.beyond / count;
    }
    result.low = without + any * bound(lows, interval.confidence, {}).low;
    result.high = without + any * bound(highs, interval.confidence, {}).high;
    result.mean_low = without + any * distribution(lows).mean;
    result.mean_high = without + any * distribution(highs).mean;
    return result;
}

}  // namespace faultline::campaign
