// The indexed test: a run draws one list of words; for every bit in turn that bit flips in all of
// them, and only that bit. Where words differ in width, those without the bit are left alone.

#include <fmt/format.h>

#include <faultline/campaign/protection.h>
#include <faultline/core/error.h>
#include <algorithm>
#include <map>
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

void require_bits(const Settings& settings, const std::string& format, int bit_count) {
    fault::Bits seen;
    for (const int bit : settings.bits) {
        if (bit < 0 || bit >= bit_count) {
            throw core::Error(core::Fault::usage,
                              fmt::format("bits: {} is not a bit of {}, which has bits 0 to {}",
                                          bit, format, bit_count - 1));
        }
        if (seen.test(bit)) {
            throw core::Error(core::Fault::usage,
                              fmt::format("bits: {} is named twice; name each bit once", bit));
        }
        seen |= fault::Bits::single(bit);
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

int widest(const fault::Space& space) {
    int most = 0;
    for (const auto& extent : space.extents()) most = std::max(most, extent.bit_count);
    return most;
}

using Words = std::vector<fault::WeightWord>;

Words drawn(const Settings& settings, const fault::Space& space, std::uint32_t run) {
    return fault::draw_words(space, {settings.seed, run, 0}, settings.replacement,
                             static_cast<std::uint64_t>(settings.positions));
}

/// All words that can be drawn, or of one run those that were, by the width of the word.
using ByWidth = std::map<int, std::uint64_t>;

ByWidth words_by_width(const fault::Space& space) {
    ByWidth counts;
    for (const auto& extent : space.extents())
        counts[extent.bit_count] += static_cast<std::uint64_t>(extent.element_count);
    return counts;
}

ByWidth words_by_width(const fault::Space& space, const Words& words) {
    ByWidth counts;
    for (const auto& word : words) ++counts[space.bit_count(word.tensor)];
    return counts;
}

std::uint64_t words_with(const ByWidth& counts, int bit) {
    std::uint64_t sum = 0;
    for (auto it = counts.upper_bound(bit); it != counts.end(); ++it) sum += it->second;
    return sum;
}

/// For each run. With words of one width all of a run's are hit, whichever they are.
std::vector<ByWidth> drawn_by_width(const Settings& settings, const fault::Space& space) {
    const auto all = words_by_width(space);
    if (all.size() == 1)
        return {{{all.begin()->first, static_cast<std::uint64_t>(settings.positions)}}};
    std::vector<ByWidth> runs;
    for (int run = 0; run < settings.runs; ++run) {
        const auto words = drawn(settings, space, static_cast<std::uint32_t>(run));
        runs.push_back(words_by_width(space, words));
    }
    return runs;
}

void count_errors(Point& point, const std::vector<ByWidth>& runs) {
    std::uint64_t sum = 0, most = 0;
    for (const auto& counts : runs) {
        const auto errors = words_with(counts, point.bit.value());
        sum += errors;
        most = std::max(most, errors);
    }
    point.errors = static_cast<std::int64_t>(most);
    point.mean_errors = static_cast<double>(sum) / static_cast<double>(runs.size());
}

}  // namespace

std::vector<Point> indexed_points(const Settings& settings, const network::Description& network) {
    const auto whole = space(settings, network);
    const auto format = network.format();
    require_bits(settings, format, widest(whole));
    require_words(settings, whole);
    const auto all = words_by_width(whole);
    const auto runs = drawn_by_width(settings, whole);
    std::vector<Point> points;
    for (const int bit : chosen_bits(settings, widest(whole))) {
        Point point;
        point.key = point_key(settings, format, fmt::format("bit={}", bit));
        point.bit = bit;
        point.exposed_bits =
            words_with(all, bit) * static_cast<std::uint64_t>(settings.bits_per_error);
        count_errors(point, runs);
        points.push_back(std::move(point));
    }
    return points;
}

std::vector<evaluation::Trial> indexed_trials(const Plan& plan, const network::Description& network,
                                              std::uint32_t run) {
    const auto whole = space(plan.settings, network);
    const auto words = drawn(plan.settings, whole, run);
    std::vector<evaluation::Trial> trials;
    for (const auto& point : plan.points) {
        const int bit = point.bit.value();
        std::vector<fault::Error> errors;
        for (const auto& word : words) {
            const auto width = whole.bit_count(word.tensor);
            if (bit >= width) continue;
            errors.push_back({word, fault::mask_at(bit, plan.settings.bits_per_error, width)});
        }
        trials.push_back({evaluation::Trial::golden, effects(plan, network, errors)});
    }
    return trials;
}

}  // namespace faultline::campaign
