// The most vulnerable bits and layers are chosen by some trials and judged by others: those that
// happened to look worst would otherwise also happen to look best protected.

#include <faultline/campaign/guideline.h>
#include <faultline/core/place.h>
#include <faultline/fault/protection.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <map>
#include <set>

#include "stratified.h"

namespace faultline::campaign {
namespace {

using core::place;

constexpr double target =
    0.1;  // of the damage, left where the most vulnerable layers are protected
constexpr std::size_t critical_metric = 0;
constexpr int paper_bit = 30;

/// The unprotected memory's words, by layer and width.
struct Words {
    int layer = 0;
    int bit_count = 0;
    std::uint64_t count = 0;
};

std::vector<Words> stored_words(const Plan& plan, const network::Description& network) {
    std::vector<Words> words;
    auto bare = plan.settings;
    bare.protect = Settings().protect;
    const auto whole = space(bare, network);
    for (const auto& extent : whole.extents())
        words.push_back({network.tensors[place(extent.tensor)].layer, extent.bit_count,
                         static_cast<std::uint64_t>(extent.element_count)});
    return words;
}

/// Which bits a protection covers.
using Covers = std::function<bool(int layer, int bit)>;

std::uint64_t count_bits(const std::vector<Words>& words, const Covers& covers) {
    std::uint64_t count = 0;
    for (const auto& [layer, bit_count, elements] : words)
        for (int bit = 0; bit < bit_count; ++bit) count += covers(layer, bit) ? elements : 0;
    return count;
}

/// A range of the trials.
struct Part {
    std::size_t begin = 0, end = 0;
};

StratumSet taken_together(const Measurements& all, const Covers& covers, bool covered,
                          const Part& part) {
    StratumSet set;
    const auto& list = all.plan.strata->list;
    const auto inside = [&](std::size_t stratum) {
        return covers(list[stratum].layer, *list[stratum].bit) == covered;
    };
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (!inside(i)) continue;
        set.strata.push_back(i);
        set.share += list[i].share;
        set.odds += all.odds[i];
        set.sites += list[i].sites;
    }
    for (auto i = part.begin; i < part.end; ++i)
        if (inside(all.trials[i].stratum)) set.trials.push_back(i);
    return set;
}

/// What the trials say where strata are single bits.
class Evidence {
 public:
    explicit Evidence(Measurements all) : all_(std::move(all)) {
        const auto& settings = all_.plan.settings;
        const auto planned = settings.until_margin > 0 ? settings.round : settings.runs;
        const auto pilot_runs = static_cast<std::size_t>(pilot(all_.plan).count);
        const auto choosing = (place(planned) - std::min(place(planned), pilot_runs)) / 2;
        half_ = std::min(choosing, all_.trials.size());
    }

    Part everything() const { return {0, all_.trials.size()}; }
    Part choosing() const { return {0, half_}; }
    Part held_out() const { return {half_, all_.trials.size()}; }

    /// What is left where `covers` is protected, into `advice`.
    void judge(Advice& advice, const Covers& covers, const Part& part) const {
        const auto left = taken_together(all_, covers, false, part);
        if (left.strata.empty() || left.trials.empty()) return;
        const auto found = estimate(all_, left, critical_metric);
        advice.critical = left.share * found.mean;
        advice.interval = found.interval;
        advice.interval->low *= left.share;
        advice.interval->high *= left.share;
        advice.basis = part.begin == 0 ? Basis::all_trials : Basis::held_out;
    }

    /// The choosing trials' damage within `covers`; what they never met has none.
    double damage(const Covers& covers) const {
        const auto set = taken_together(all_, covers, true, choosing());
        return set.trials.empty() ? 0 : set.share * estimate(all_, set, critical_metric).mean;
    }

    const std::vector<Stratum>& strata() const { return all_.plan.strata->list; }

 private:
    Measurements all_;
    std::size_t half_ = 0;
};

/// Numbers by what the choosing trials found there, most first, without those that have nothing.
std::vector<int> ranked(const std::map<int, double>& values) {
    std::vector<int> order;
    for (const auto& [number, value] : values)
        if (value > 0) order.push_back(number);
    std::stable_sort(order.begin(), order.end(),
                     [&](int one, int other) { return values.at(one) > values.at(other); });
    return order;
}

Covers covers_bits(const std::vector<int>& bits) {
    return [bits](int, int bit) { return std::find(bits.begin(), bits.end(), bit) != bits.end(); };
}
Covers covers_layers(const std::vector<int>& layers) {
    return [layers](int layer, int) {
        return std::find(layers.begin(), layers.end(), layer) != layers.end();
    };
}
bool covers_all(int, int) { return true; }
bool covers_nothing(int, int) { return false; }

std::string listed(const std::vector<int>& numbers) {
    return fmt::format("{}", fmt::join(numbers, ","));
}

Advice triple(const std::vector<Words>& words, std::vector<int> bits) {
    std::sort(bits.begin(), bits.end());
    Advice advice{.protection = "tmr:bits=" + listed(bits), .bits = bits};
    advice.protected_bits = count_bits(words, covers_bits(bits));
    advice.added_bits = 2 * advice.protected_bits;
    return advice;
}

std::vector<Advice> worst_bits(const std::vector<Words>& words, const Evidence& evidence,
                               const std::vector<int>& known) {
    std::map<int, double> damages;
    for (const auto& stratum : evidence.strata()) damages[*stratum.bit] = 0;
    for (auto& [bit, damage] : damages) damage = evidence.damage(covers_bits({bit}));
    const auto order = ranked(damages);
    std::vector<Advice> found;
    for (const std::size_t count : {1, 2, 4, 8}) {
        if (count > order.size()) break;
        const std::vector<int> bits(order.begin(),
                                    order.begin() + static_cast<std::ptrdiff_t>(count));
        if (bits == known) continue;
        auto& advice = found.emplace_back(triple(words, bits));
        evidence.judge(advice, covers_bits(bits), evidence.held_out());
    }
    return found;
}

/// By the chance that an error there does damage: the most damage for each bit protected first.
std::optional<Advice> worst_layers(const std::vector<Words>& words,
                                   const network::Description& network, const Evidence& evidence) {
    std::map<int, double> damages, chances, shares;
    for (const auto& stratum : evidence.strata()) shares[stratum.layer] += stratum.share;
    for (const auto& [layer, share] : shares) {
        damages[layer] = evidence.damage(covers_layers({layer}));
        chances[layer] = damages[layer] / share;
    }
    double left = 0;
    for (const auto& [layer, damage] : damages) left += damage;
    const auto aim = target * left;
    Advice advice;
    for (const auto layer : ranked(chances)) {
        if (left <= aim) break;
        advice.layers.push_back(layer);
        left -= damages[layer];
    }
    if (advice.layers.empty() || advice.layers.size() == shares.size()) return std::nullopt;
    std::string names;
    for (const auto layer : advice.layers)
        names += (names.empty() ? "" : ",") + network.layers[place(layer)].name;
    advice.protection = "tmr:layers=" + names;
    advice.protected_bits = count_bits(words, covers_layers(advice.layers));
    advice.added_bits = 2 * advice.protected_bits;
    evidence.judge(advice, covers_layers(advice.layers), evidence.held_out());
    return advice;
}

Advice whole(const std::string& protection, const std::vector<Words>& words) {
    Advice advice{.protection = protection};
    advice.protected_bits = count_bits(words, covers_all);
    return advice;
}

/// No single error gets through.
Advice corrected(Advice advice, std::uint64_t added_bits, const Settings& settings) {
    advice.added_bits = added_bits;
    if (settings.bits_per_error > 1) return advice;
    advice.basis = Basis::construction;
    advice.critical = 0;
    return advice;
}

}  // namespace

std::string name(Basis basis) {
    switch (basis) {
        case Basis::none:
            return "none";
        case Basis::construction:
            return "construction";
        case Basis::all_trials:
            return "all trials";
        case Basis::held_out:
            return "held-out trials";
    }
    return {};
}

std::vector<Advice> guideline(const Plan& plan, const network::Description& network,
                              const Outcome& outcome) {
    const auto words = stored_words(plan, network);
    std::optional<Evidence> evidence;
    const bool by_bit = plan.strata && plan.strata->list.front().bit;
    if (by_bit && !outcome.runs.empty()) evidence.emplace(measurements(plan, network, outcome));
    std::uint64_t checks = 0, parities = 0;
    bool has_paper_bit = false;
    for (const auto& [layer, bit_count, count] : words) {
        checks += count * static_cast<std::uint64_t>(fault::added_bits(fault::Secded{}, bit_count));
        parities += count;
        has_paper_bit |= bit_count > paper_bit && plan.format == "float32";
    }
    std::vector<Advice> found = {Advice{.protection = "none"}};
    if (evidence) evidence->judge(found.front(), covers_nothing, evidence->everything());
    auto everything = whole("tmr", words);
    found.push_back(corrected(everything, 2 * everything.protected_bits, plan.settings));
    const std::vector<int> known = has_paper_bit ? std::vector{paper_bit} : std::vector<int>{};
    if (has_paper_bit) {
        found.push_back(triple(words, known));
        if (evidence) evidence->judge(found.back(), covers_bits(known), evidence->everything());
    }
    if (evidence) {
        for (auto& advice : worst_bits(words, *evidence, known)) found.push_back(std::move(advice));
        if (auto advice = worst_layers(words, network, *evidence)) found.push_back(*advice);
    }
    found.push_back(corrected(whole("secded", words), checks, plan.settings));
    found.push_back(whole("parity", words));
    found.back().added_bits = parities;
    return found;
}

}  // namespace faultline::campaign
