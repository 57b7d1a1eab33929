// The sample test: each run is a trial of its own, with one error. Plain runs meet the first error
// of a full test's run with the same seed. Others draw a stratum first, then a word in it: words
// are tried until one has the bit as the stratum wants it; where that is rare, the words that do
// are counted through.

#include <faultline/campaign/protection.h>
#include <faultline/core/place.h>
#include <faultline/core/random.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "test_type.h"

namespace faultline::campaign {
namespace {

using core::place;

/// Above every layer's stream.
constexpr std::uint32_t sample_stream = 0x736d706c;
constexpr std::uint32_t attempts = 256;

std::array<std::uint64_t, 2> random_words(const Plan& plan, std::uint32_t run, std::uint32_t draw,
                                          std::uint32_t attempt = 0) {
    return core::random_words({plan.settings.seed, run, sample_stream, draw, attempt});
}

double uniform(std::uint64_t word) { return std::ldexp(static_cast<double>(word >> 11U), -53); }

/// The place whose share of the sum of `weights` holds `u` in [0, 1).
std::size_t chosen_by(double u, const std::vector<double>& weights) {
    const auto sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    double until = 0;
    std::size_t last = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] <= 0) continue;
        last = i;
        until += weights[i];
        if (u * sum < until) return i;
    }
    return last;  // rounding
}

/// Words of a tensor in which `bit` is as a flip in this direction finds it.
std::int64_t count(const StoredWords& words, const network::Description& network, int tensor,
                   int bit, Direction direction) {
    const auto ones = words.ones[place(tensor)][place(bit)];
    const auto all = network.tensors[place(tensor)].element_count();
    return direction == Direction::down ? ones : all - ones;
}

struct Errors {
    std::int32_t tensor = 0;
    std::uint32_t toggle = 0;
    bool wanted = false;  ///< the bit, before it flips
};

std::int64_t element(const Plan& plan, std::uint32_t run, const Errors& errors,
                     std::int64_t elements, std::int64_t matching) {
    const auto& word = plan.strata->words.word;
    const auto fits = [&](std::int64_t place) {
        return ((word({errors.tensor, place}) & errors.toggle) != 0) == errors.wanted;
    };
    for (std::uint32_t attempt = 0; attempt < attempts; ++attempt) {
        const auto tried = static_cast<std::int64_t>(core::scaled(
            random_words(plan, run, 1, attempt)[0], static_cast<std::uint64_t>(elements)));
        if (fits(tried)) return tried;
    }
    auto left = static_cast<std::int64_t>(
        core::scaled(random_words(plan, run, 2)[0], static_cast<std::uint64_t>(matching)));
    for (std::int64_t place = 0; place < elements; ++place)
        if (fits(place) && left-- == 0) return place;
    assert(false);  // the stratum has `matching` of them
    return 0;
}

fault::Effect draw_in(const Plan& plan, const network::Description& network, std::uint32_t run,
                      const Stratum& stratum) {
    const auto& tensors = network.layers[place(stratum.layer)].tensors;
    const int bit = stratum.bit.value();
    std::vector<double> weights;  // a word's bits share its chance
    for (const int tensor : tensors) {
        const auto width = number::bit_count(network.tensors[place(tensor)].format);
        const bool has = plan.in_space[place(tensor)] && bit < width;
        weights.push_back(has ? static_cast<double>(count(plan.strata->words, network, tensor, bit,
                                                          *stratum.direction)) /
                                    width
                              : 0);
    }
    const auto chosen = chosen_by(uniform(random_words(plan, run, 0)[1]), weights);
    const Errors errors{tensors[chosen], std::uint32_t{1} << static_cast<unsigned>(bit),
                        stratum.direction == Direction::down};
    const auto found =
        element(plan, run, errors, network.tensors[place(errors.tensor)].element_count(),
                count(plan.strata->words, network, errors.tensor, bit, *stratum.direction));
    return fault::effect({fault::WeightWord{errors.tensor, found}, errors.toggle});
}

/// The chances by which run `run` draws its stratum; none where it draws from the whole space.
const std::vector<double>* odds(const Plan& plan, int run) {
    if (plan.settings.allocate && run >= pilot(plan).end()) {
        assert(plan.strata && plan.strata->allocation);
        return &plan.strata->allocation->odds;
    }
    if (plan.settings.sampling == Sampling::plain) return nullptr;
    assert(plan.strata);
    return &plan.strata->odds;
}

std::size_t stratum_of(const Plan& plan, std::uint32_t run, const std::vector<double>& odds) {
    return chosen_by(uniform(random_words(plan, run, 0)[0]), odds);
}

/// By layer, bit and direction.
using Sizes = std::map<std::tuple<int, std::optional<int>, std::optional<Direction>>, Stratum>;

void add_sites(Sizes& sizes, const Stratum& part) {
    if (part.sites == 0) return;
    auto& sum = sizes
                    .try_emplace({part.layer, part.bit, part.direction},
                                 Stratum{part.layer, part.bit, part.direction, 0, 0})
                    .first->second;
    sum.sites += part.sites;
    sum.share += part.share;
}

/// A tensor's share of the errors drawn from the whole space.
double share_of_errors(const Plan& plan, const fault::Space& whole, std::int64_t elements,
                       int width) {
    const auto own = static_cast<double>(elements);
    if (drawing(plan.settings).weighting == fault::Weighting::words)
        return own / static_cast<double>(whole.element_count());
    return own * width / static_cast<double>(whole.site_count());
}

void add_tensor(Sizes& sizes, const Plan& plan, const network::Description& network, int tensor,
                const fault::Space& whole) {
    const auto& stored = network.tensors[place(tensor)];
    if (stored.element_count() == 0) return;
    const auto width = whole.bit_count(tensor);
    const auto sites_of = [&](int bit, Direction direction) {
        return count(plan.strata->words, network, tensor, bit, direction);
    };
    const auto elements = static_cast<double>(whole.element_count());
    if (plan.settings.bits_per_error > 1 || is_protected(plan.settings)) {
        const auto own = stored.element_count();
        add_sites(sizes, {stored.layer, std::nullopt, std::nullopt,
                          static_cast<std::uint64_t>(own) * static_cast<std::uint64_t>(width),
                          share_of_errors(plan, whole, own, width)});
        return;
    }
    for (int bit = 0; bit < width; ++bit) {
        for (const auto direction : {Direction::up, Direction::down}) {
            const auto own = sites_of(bit, direction);
            add_sites(sizes, {stored.layer, bit, direction, static_cast<std::uint64_t>(own),
                              static_cast<double>(own) / (elements * width)});
        }
    }
}

}  // namespace

std::vector<Point> sample_points(const Settings& settings, const network::Description& network) {
    const auto whole = space(settings, network);
    require_room(settings, whole, 1, "sample");
    Point point;
    point.key = point_key(settings, network.format(), "total");
    point.errors = 1;
    point.mean_errors = 1;
    point.exposed_bits = whole.site_count();
    return {point};
}

std::vector<evaluation::Trial> sample_trials(const Plan& plan, const network::Description& network,
                                             std::uint32_t run) {
    using evaluation::Trial;
    if (const auto* chances = odds(plan, static_cast<int>(run))) {
        const auto& stratum = plan.strata->list[stratum_of(plan, run, *chances)];
        return {{Trial::golden, {draw_in(plan, network, run, stratum)}}};
    }
    const auto& settings = plan.settings;
    const auto errors =
        fault::draw(space(settings, network), {settings.seed, run, 0}, drawing(settings), 1);
    return {{Trial::golden, effects(plan, network, errors)}};
}

void survey(Plan& plan, const network::Description& network, StoredWords words) {
    if (is_protected(plan.settings)) plan.stored_word = words.word;
    if (plan.settings.test != Test::sample) return;
    plan.strata.emplace();
    plan.strata->words = std::move(words);
    const auto whole = space(plan.settings, network);
    Sizes sizes;
    for (int tensor = 0; tensor < std::ssize(network.tensors); ++tensor)
        if (plan.in_space[place(tensor)]) add_tensor(sizes, plan, network, tensor, whole);
    for (const auto& [key, stratum] : sizes) plan.strata->list.push_back(stratum);
    const bool plain = plan.settings.sampling == Sampling::plain;
    const auto alike = 1.0 / static_cast<double>(sizes.size());
    for (const auto& stratum : plan.strata->list)
        plan.strata->odds.push_back(plain ? stratum.share : (stratum.share + alike) / 2);
}

Runs pilot(const Plan& plan) {
    return plan.settings.allocate ? Runs{0, plan.settings.pilot} : Runs{};
}

void allocate(Plan& plan, const network::Description& network, const Outcome& outcome) {
    if (!plan.settings.allocate) return;
    std::vector<PilotTrial> trials;
    for (int run = 0; run < pilot(plan).end(); ++run) {
        const auto& tally = outcome.runs.at(place(run)).tallies.front();
        auto& trial = trials.emplace_back(PilotTrial{drawn(plan, network, run).stratum, {}});
        for (std::size_t i = 0; i < metric_count; ++i)
            trial.values[i] = metrics()[i].value(tally, outcome.golden_of(run));
    }
    plan.strata->allocation = allocate(*plan.strata, trials);
}

Drawn drawn(const Plan& plan, const network::Description& network, int run) {
    const auto& strata = *plan.strata;
    if (const auto* chances = odds(plan, run)) {
        const auto stratum = stratum_of(plan, static_cast<std::uint32_t>(run), *chances);
        return {stratum, strata.list[stratum].share / (*chances)[stratum]};
    }
    const auto effect = sample_trials(plan, network, static_cast<std::uint32_t>(run))[0].added[0];
    const auto& word = std::get<fault::WeightWord>(effect.location);
    const int layer = network.tensors[place(word.tensor)].layer;
    return {strata.place(layer, word, effect.toggle), 1};
}

}  // namespace faultline::campaign
