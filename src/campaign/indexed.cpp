// The indexed test: a run draws one list of words; for every bit in turn that bit flips in all of
// them, and only that bit.

#include <fmt/format.h>

#include <faultline/core/error.h>
#include <faultline/number/format.h>
#include <bit>
#include <numeric>

#include "test_type.h"

namespace faultline::campaign {

namespace {

std::vector<int> chosen_bits(const Settings& settings, int bit_count) {
    if (!settings.bits.empty()) return settings.bits;
    std::vector<int> every(static_cast<std::size_t>(bit_count));
    std::iota(every.begin(), every.end(), 0);
    return every;
}

void require_bits(const Settings& settings, int bit_count) {
    std::uint64_t seen = 0;
    for (const int bit : settings.bits) {
        if (bit < 0 || bit >= bit_count) {
            throw core::Error(core::Fault::usage,
                              fmt::format("bits: {} is not a bit of {}, which has bits 0 to {}",
                                          bit, settings.format, bit_count - 1));
        }
        if ((seen >> bit & 1U) != 0) {
            throw core::Error(core::Fault::usage,
                              fmt::format("bits: {} is named twice; name each bit once", bit));
        }
        seen |= std::uint64_t{1} << bit;
    }
}

void require_words(const Settings& settings, const fault::Space& space) {
    const auto positions = static_cast<std::uint64_t>(settings.positions);
    if (settings.replacement || positions <= space.element_count()) return;
    throw core::Error(core::Fault::usage,
                      fmt::format("positions: {}, but the chosen tensors hold {} numbers; ask for "
                                  "fewer, or choose more by roles and tensors",
                                  positions, space.element_count()));
}

}  // namespace

std::vector<Point> indexed_points(const Settings& settings, const network::Description& network) {
    const auto bit_count = number::bit_count(number::parse(settings.format));
    require_bits(settings, bit_count);
    const auto whole = space(settings, network);
    require_words(settings, whole);
    std::vector<Point> points;
    for (const int bit : chosen_bits(settings, bit_count)) {
        const auto mask = fault::mask_at(bit, settings.bits_per_error, bit_count);
        Point point;
        point.key = point_key(settings, fmt::format("bit={}", bit));
        point.errors = settings.positions;
        point.bit = bit;
        point.exposed_bits = whole.element_count() * static_cast<unsigned>(std::popcount(mask));
        points.push_back(std::move(point));
    }
    return points;
}

std::vector<evaluation::Trial> indexed_trials(const Plan& plan, const network::Description& network,
                                              std::uint32_t run) {
    const auto& settings = plan.settings;
    const auto bit_count = number::bit_count(number::parse(settings.format));
    const auto words =
        fault::draw_words(space(settings, network), {settings.seed, run, 0}, settings.replacement,
                          static_cast<std::uint64_t>(settings.positions));
    std::vector<evaluation::Trial> trials;
    for (const auto& point : plan.points) {
        const auto mask = fault::mask_at(point.bit.value(), settings.bits_per_error, bit_count);
        evaluation::Trial trial;
        for (const auto& word : words) trial.added.push_back(fault::effect({word, mask}));
        trials.push_back(std::move(trial));
    }
    return trials;
}

}  // namespace faultline::campaign
