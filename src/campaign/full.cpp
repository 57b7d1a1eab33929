// The full-network test: one list of errors over the whole space, so a larger layer gets more of
// them; they strike one after another, and the network is measured at the settings' counts. At
// rates instead, each exposed bit is hit with that chance: how many are is binomial, and from one
// rate to the next each bit left is hit with the chance (r' - r) / (1 - r).

#include <fmt/format.h>

#include <faultline/campaign/protection.h>
#include <faultline/core/error.h>
#include <faultline/core/random.h>
#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>

#include "test_type.h"

namespace faultline::campaign {

namespace {

void require_rising(const std::vector<int>& errors) {
    if (errors.empty()) {
        throw core::Error(core::Fault::usage,
                          "errors: the list is empty, but the full test measures after error "
                          "counts; name some, such as 1-50");
    }
    const auto slip = std::adjacent_find(errors.begin(), errors.end(), std::greater_equal<>());
    if (slip == errors.end()) return;
    throw core::Error(core::Fault::usage,
                      fmt::format("errors: {} comes before {}, but errors pile up; write the "
                                  "counts in rising order, each once",
                                  *slip, *std::next(slip)));
}

void require_rates(const Settings& settings) {
    const auto& rates = settings.rates;
    for (std::size_t i = 0; i < rates.size(); ++i) {
        const auto before = i == 0 ? 0 : rates[i - 1];
        if (before < rates[i] && rates[i] < 1) continue;
        throw core::Error(core::Fault::usage,
                          fmt::format("rates: {} is no rate after {}; give rates above 0 and below "
                                      "1, rising, each once",
                                      rates[i], before));
    }
}

/// Of `trials` bits, each hit with chance `rate`, how many are: the least number that at least the
/// share `u` of all draws doesn't exceed.
std::int64_t binomial_count(std::uint64_t trials, double rate, double u) {
    using namespace boost::math;
    using Policy = policies::policy<policies::discrete_quantile<policies::integer_round_up>>;
    if (trials == 0) return 0;
    const binomial_distribution<double, Policy> hits(static_cast<double>(trials), rate);
    return std::llround(quantile(hits, u));
}

/// After each rate, in run `run`.
std::vector<std::int64_t> counts_at_rates(const Settings& settings, std::uint64_t bits,
                                          std::uint32_t run) {
    constexpr std::uint32_t rate_stream = 0x72617465;  // above every layer's stream
    std::vector<std::int64_t> counts;
    double before = 0;
    std::int64_t hit = 0;
    for (std::uint32_t i = 0; i < settings.rates.size(); ++i) {
        const auto word = core::random_words({settings.seed, run, rate_stream, i, 0})[0];
        const auto u = std::ldexp(static_cast<double>(word >> 11U) + 0.5, -53);
        const auto rate = (settings.rates[i] - before) / (1 - before);
        hit += binomial_count(bits - static_cast<std::uint64_t>(hit), rate, u);
        counts.push_back(hit);
        before = settings.rates[i];
    }
    return counts;
}

/// Present at each point of run `run`.
std::vector<std::int64_t> error_counts(const Settings& settings, const fault::Space& whole,
                                       std::uint32_t run) {
    if (settings.rates.empty()) return {settings.errors.begin(), settings.errors.end()};
    return counts_at_rates(settings, whole.site_count(), run);
}

std::vector<Point> rate_points(const Settings& settings, const fault::Space& whole,
                               const std::string& format) {
    std::vector<Point> points;
    for (const double rate : settings.rates) {
        auto& point = points.emplace_back();
        point.key = point_key(settings, format, fmt::format("rate={}", rate));
        point.rate = rate;
        point.exposed_bits = whole.site_count();
    }
    for (int run = 0; run < settings.runs; ++run) {
        const auto counts = error_counts(settings, whole, static_cast<std::uint32_t>(run));
        for (std::size_t i = 0; i < points.size(); ++i) {
            points[i].errors = std::max(points[i].errors, counts[i]);
            points[i].mean_errors += static_cast<double>(counts[i]) / settings.runs;
        }
    }
    return points;
}

std::vector<Point> count_points(const Settings& settings, const fault::Space& whole,
                                const std::string& format) {
    std::vector<Point> points;
    for (const int errors : settings.errors) {
        auto& point = points.emplace_back();
        point.key = point_key(settings, format, fmt::format("errors={}", errors));
        point.errors = errors;
        point.mean_errors = errors;
        point.exposed_bits = whole.site_count();
    }
    return points;
}

}  // namespace

std::vector<Point> full_points(const Settings& settings, const network::Description& network) {
    const auto whole = space(settings, network);
    if (settings.rates.empty()) {
        require_rising(settings.errors);
        require_room(settings, whole, settings.errors.back(), "errors");
        return count_points(settings, whole, network.format());
    }
    require_rates(settings);
    auto points = rate_points(settings, whole, network.format());
    require_room(settings, whole, points.back().errors, "rates");
    return points;
}

std::vector<evaluation::Trial> full_trials(const Plan& plan, const network::Description& network,
                                           std::uint32_t run) {
    const auto& settings = plan.settings;
    const auto whole = space(settings, network);
    const auto counts = error_counts(settings, whole, run);
    const auto all = effects(plan, network,
                             fault::draw(whole, {settings.seed, run, 0}, drawing(settings),
                                         static_cast<std::uint64_t>(counts.back())));
    std::vector<evaluation::Trial> trials;
    auto next = all.begin();
    for (const auto count : counts) {
        const auto end = all.begin() + count;
        const auto parent = static_cast<std::int32_t>(trials.size()) - 1;  // -1 is golden
        trials.push_back({parent, {next, end}});
        next = end;
    }
    return trials;
}

}  // namespace faultline::campaign
