#include <faultline/campaign/protection.h>
#include <faultline/core/error.h>
#include <fmt/format.h>

#include <algorithm>

namespace faultline::campaign {
namespace {

constexpr int fewest_pilot_runs = 20;

void require(bool sound, const std::string& message) {
    if (!sound) throw core::Error(core::Fault::usage, message);
}

/// An option that the test doesn't read would promise what isn't there.
void require_read(const Settings& settings) {
    const bool is_sample = settings.test == Test::sample;
    const auto test = name(settings.test);
    require(is_sample || settings.sampling == Sampling::plain,
            fmt::format("sampling: stratified is the sample test's, but the test is {}", test));
    require(is_sample || !settings.allocate,
            fmt::format("allocate: is the sample test's, but the test is {}", test));
    require(is_sample || settings.pilot == 0,
            fmt::format("pilot: is the sample test's, but the test is {}", test));
    require(settings.allocate || settings.pilot == 0,
            fmt::format("pilot: {} runs, but nothing is allocated after them; add allocate, or "
                        "leave the pilot out",
                        settings.pilot));
    require(settings.rates.empty() || settings.test == Test::full,
            fmt::format("rates: are the full test's, but the test is {}", test));
    require(settings.until_margin > 0 || (settings.max_runs == 0 && settings.round == 0),
            "max_runs, round: are read with until_margin alone; give that, or `runs`");
}

void settle_pilot(Settings& settings) {
    if (!settings.allocate) return;
    if (settings.pilot == 0) settings.pilot = std::max(fewest_pilot_runs, settings.runs / 10);
    require(settings.pilot < settings.runs,
            fmt::format("pilot: {} runs, but there are {} in all, of which some must be left to "
                        "measure with",
                        settings.pilot, settings.runs));
}

}  // namespace

void settle(Settings& settings) {
    require_read(settings);
    if (settings.max_runs > 0) settings.runs = settings.max_runs;
    if (settings.until_margin > 0 && settings.round == 0)
        settings.round = std::max(1, settings.runs / 20);
    settle_pilot(settings);
    settings.protect = name(parse_protection(settings.protect));
    const bool plain = settings.sampling == Sampling::plain && !settings.allocate;
    require(plain || !is_protected(settings),
            fmt::format("sampling: strata are single bits that stay flipped, but the memory is "
                        "protected ({}); leave stratified and allocate out",
                        settings.protect));
    require(settings.bits_per_error == 1 || plain,
            fmt::format("sampling: strata are single bits, but an error has {}; leave stratified "
                        "and allocate out",
                        settings.bits_per_error));
}

}  // namespace faultline::campaign
