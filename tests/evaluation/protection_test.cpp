// Effects of a protected memory are effects like any others: words are written, read back and
// restored, and what changes nothing costs nothing.

#include <faultline/evaluation/evaluator.h>
#include <faultline/evaluation/injection.h>
#include <faultline/fault/protection.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <map>
#include <random>

#include "small_campaign.h"

namespace faultline {
namespace {

using evaluation::GoldenWords;
using evaluation::Injection;
using evaluation::Trial;
using fault::Bits;
using fault::Error;
using fault::WeightWord;

constexpr std::array models = {"plain_traced", "fixed_mixed"};

std::vector<fault::Protection> every_protection() {
    return {fault::Tmr{}, fault::Tmr{0xc0000000}, fault::Secded{}, fault::Parity{}};
}

int width(const network::Network& network, std::int32_t tensor) {
    return number::bit_count(
        network.description().tensors[static_cast<std::size_t>(tensor)].format);
}

/// Many errors in a few words of every tensor, some bits met again.
std::vector<Error> many_errors(const network::Network& network, const fault::Protection& guard) {
    std::mt19937 random(7);
    std::vector<Error> errors;
    const auto& tensors = network.description().tensors;
    for (int i = 0; i < 400; ++i) {
        const auto tensor = static_cast<std::int32_t>(random() % tensors.size());
        const auto bits = width(network, tensor) + added_bits(guard, width(network, tensor));
        const auto element = static_cast<std::int64_t>(random() % 2);
        errors.push_back({WeightWord{tensor, element},
                          Bits::single(static_cast<int>(random() % static_cast<unsigned>(bits)))});
    }
    return errors;
}

std::vector<fault::Effect> effects_of(const network::Network& network,
                                      const fault::Protection& guard,
                                      const std::vector<Error>& errors) {
    GoldenWords words(network);
    return fault::protect(errors, [&](const WeightWord& place) {
        return fault::ProtectedWord{guard, width(network, place.tensor), words.word(place)};
    });
}

TEST(ProtectedWords, ReadWhatTheMemoryGivesAndComeBackExactly) {
    for (const auto* model : models) {
        const auto network = tests::load_model(model, 8);
        const auto golden = network.weights_sha256();
        for (const auto& guard : every_protection()) {
            const auto errors = many_errors(network, guard);
            std::map<WeightWord, Bits> held;
            for (const auto& error : errors) {
                const auto& place = std::get<WeightWord>(error.location);
                const auto stored = GoldenWords(network).word(place);
                held.try_emplace(place, encode(guard, width(network, place.tensor), stored))
                    .first->second ^= error.mask;
            }
            Injection injection(network, effects_of(network, guard, errors));
            for (const auto& [place, word] : held)
                EXPECT_EQ(GoldenWords(network).word(place),
                          decode(guard, width(network, place.tensor), word).word);
            injection.restore();
            EXPECT_EQ(network.weights_sha256(), golden);
        }
    }
}

TEST(ProtectedWords, ThatBecomeNaNAndZeroComeBackExactly) {
    const auto network = tests::load_model("plain_traced", 8);
    const auto golden = network.weights_sha256();
    const WeightWord place{0, 3};
    const auto stored = GoldenWords(network).word(place);
    const Bits missing = (~stored & 0x7f800000U) | (~stored & 1U);
    const std::vector<Error> two_copies = {{place, missing}, {place, missing << 32}};
    {
        Injection injection(network, effects_of(network, fault::Tmr{}, two_copies));
        EXPECT_TRUE(std::isnan(network.weight(0).flatten()[3].item<float>()));
        injection.restore();
    }
    EXPECT_EQ(network.weights_sha256(), golden);
    {
        Injection injection(network, effects_of(network, fault::Parity{}, {{place, 1}}));
        EXPECT_EQ(injection.changes().at(0), (evaluation::WordChange{stored, 0}));
        EXPECT_EQ(network.weight(0).flatten()[3].item<float>(), 0.F);
        injection.restore();
    }
    EXPECT_EQ(network.weights_sha256(), golden);
}

/// A chain that grows by ten errors from trial to trial, and each error alone; golden at both ends.
std::vector<Trial> trials_of(const network::Network& network, const fault::Protection& guard) {
    const auto errors = many_errors(network, guard);
    const auto effects = effects_of(network, guard, errors);
    std::vector<Trial> trials = {{Trial::golden, {}}};
    for (std::size_t first = 0; first < 100; first += 10)
        trials.push_back({first == 0 ? Trial::golden : static_cast<std::int32_t>(trials.size()) - 1,
                          {effects.begin() + static_cast<std::ptrdiff_t>(first),
                           effects.begin() + static_cast<std::ptrdiff_t>(first) + 10}});
    for (std::size_t i = 0; i < 20; ++i)
        trials.push_back({Trial::golden, effects_of(network, guard, {errors[i]})});
    trials.push_back({Trial::golden, {}});
    return trials;
}

TEST(ProtectedTrials, ResumedAgreeWithWholePasses) {
    for (const auto* model : models) {
        const auto network = tests::load_model(model, 8);
        const auto plan = tests::ample_plan(network, 12);
        evaluation::Settings whole_passes;
        whole_passes.method = evaluation::Method::whole;
        for (const auto& guard : every_protection()) {
            const auto trials = trials_of(network, guard);
            evaluation::Evaluator resumed(network, {}, plan), whole(network, whole_passes, plan);
            EXPECT_EQ(resumed.measure(tests::block(12, 8), tests::plain_preprocessing(), trials,
                                      tests::every(trials)),
                      whole.measure(tests::block(12, 8), tests::plain_preprocessing(), trials));
        }
    }
}

TEST(ProtectedTrials, OfWhichAllIsCorrectedAreMaskedAndCostNothing) {
    const auto network = tests::load_model("plain_traced", 8);
    const auto plan = tests::ample_plan(network, 12);
    const auto done = [&](const std::vector<Trial>& trials) {
        evaluation::Evaluator evaluator(network, {}, plan);
        const auto tallies =
            evaluator.measure(tests::block(12, 8), tests::plain_preprocessing(), trials);
        for (const auto& tally : tallies) EXPECT_EQ(tally.masked, tally.images);
        return evaluator.work().macs_done;
    };
    const Trial corrected{Trial::golden, effects_of(network, fault::Secded{},
                                                    {{WeightWord{0, 0}, Bits::single(30)},
                                                     {WeightWord{2, 1}, Bits::single(35)}})};
    EXPECT_EQ(done({{Trial::golden, {}}, corrected, corrected, {0, corrected.added}}),
              done({{Trial::golden, {}}}));
}

}  // namespace
}  // namespace faultline
