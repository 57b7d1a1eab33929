#include <gtest/gtest.h>

#include <faultline/campaign/summary.h>
#include <faultline/campaign/verification.h>
#include <algorithm>
#include <array>
#include <bit>
#include <set>

#include "small_network.h"

namespace faultline::campaign {
namespace {

using network::Description;

constexpr std::array every_test = {campaign::Test::full, campaign::Test::indexed,
                                   campaign::Test::layer};

number::Format fixed(int bits, int fraction) {
    return number::FixedPoint({.bit_count = bits, .fraction_bits = fraction});
}

/// The small network with every tensor in this format.
Description stored(const number::Format& format) {
    auto network = small_network();
    for (auto& tensor : network.tensors) tensor.format = format;
    return network;
}

/// Weights in 8 bits, biases in 4.
Description mixed() {
    auto network = stored(fixed(8, 7));
    for (auto& tensor : network.tensors)
        if (tensor.role == network::Role::bias) tensor.format = fixed(4, 2);
    return network;
}

Settings settings_for(campaign::Test test) {
    Settings settings;
    settings.test = test;
    settings.runs = 20;
    settings.errors = {1, 2, 5};
    settings.positions = 9;
    return settings;
}

std::vector<fault::Location> places(const evaluation::Trial& trial) {
    std::vector<fault::Location> all;
    for (const auto& effect : trial.added) all.push_back(effect.location);
    return all;
}

int only_bit(const fault::Effect& effect) {
    EXPECT_EQ(std::popcount(effect.toggle), 1);
    return std::countr_zero(effect.toggle);
}

TEST(Formats, GiveSpacesTheWidthsOfTheirWords) {
    const auto extents = space({}, mixed()).extents();
    ASSERT_EQ(extents.size(), 6U);
    EXPECT_EQ(extents[0], (fault::Extent{0, 8, 8}));
    EXPECT_EQ(extents[1], (fault::Extent{1, 4, 4}));
    EXPECT_EQ(plan({}, mixed()).exposed_bits, 136U * 8U + 18U * 4U);
}

TEST(Formats, NameTheirPlansAndPoints) {
    const auto network = stored(fixed(8, 7));
    EXPECT_EQ(plan(settings_for(campaign::Test::full), network).format, "fixed8");
    EXPECT_EQ(plan(settings_for(campaign::Test::full), network).points[1].key,
              "full/fixed8/errors=2");
    EXPECT_EQ(plan(settings_for(campaign::Test::indexed), network).points[7].key,
              "indexed/fixed8/bit=7");
    EXPECT_EQ(plan(settings_for(campaign::Test::layer), network).points[2].key,
              "layer/fixed8/classify");
    EXPECT_EQ(plan(settings_for(campaign::Test::full), mixed()).points[0].key,
              "full/fixed4+fixed8/errors=1");
}

TEST(Formats, ShareTheElementsOfTheirErrors) {
    const auto wide = small_network(), narrow = stored(fixed(8, 7));
    for (const auto test : every_test) {
        const auto settings = settings_for(test);
        const auto wide_plan = plan(settings, wide), narrow_plan = plan(settings, narrow);
        for (int run = 0; run < settings.runs; ++run) {
            const auto left = trials(wide_plan, wide, run),
                       right = trials(narrow_plan, narrow, run);
            for (std::size_t place = 0; place < right.size(); ++place) {
                EXPECT_FALSE(right[place].added.empty());
                EXPECT_EQ(places(left[place]), places(right[place]))
                    << name(test) << " run " << run;
            }
        }
    }
}

/// Bit floor(32u) of a float lies in the quarter of the word that bit floor(8u) is.
TEST(Formats, ShareTheRandomNumberOfTheBit) {
    const auto wide = small_network(), narrow = stored(fixed(8, 7));
    for (const auto test : {campaign::Test::full, campaign::Test::layer}) {
        const auto settings = settings_for(test);
        std::set<int> bits;
        for (int run = 0; run < settings.runs; ++run) {
            const auto left = trials(plan(settings, wide), wide, run);
            const auto right = trials(plan(settings, narrow), narrow, run);
            for (std::size_t place = 0; place < left.size(); ++place) {
                for (std::size_t i = 0; i < left[place].added.size(); ++i) {
                    const int bit = only_bit(right[place].added[i]);
                    EXPECT_EQ(bit, only_bit(left[place].added[i]) / 4);
                    bits.insert(bit);
                }
            }
        }
        EXPECT_EQ(bits.size(), 8U) << name(test);
    }
}

TEST(Formats, AfterARedrawShareTheElementsThatFollow) {
    auto settings = settings_for(campaign::Test::full);
    settings.tensors = "block.first.bias";  // 4 words: 32 bits of 8, 128 of 32
    settings.errors = {20};
    const auto wide = small_network(), narrow = stored(fixed(8, 7));
    int same = 0, other = 0;
    for (int run = 0; run < settings.runs; ++run) {
        const auto left = places(trials(plan(settings, wide), wide, run)[0]);
        const auto right = places(trials(plan(settings, narrow), narrow, run)[0]);
        for (std::size_t i = 0; i < left.size(); ++i) ++(left[i] == right[i] ? same : other);
    }
    EXPECT_GT(other, 0);
    EXPECT_GT(same, 2 * other);
}

TEST(Formats, IndexedMeasuresEveryBitOfTheWidestWord) {
    const auto settings = settings_for(campaign::Test::indexed);
    EXPECT_EQ(plan(settings, stored(fixed(8, 7))).points.size(), 8U);
    EXPECT_EQ(plan(settings, stored(fixed(24, 7))).points.size(), 24U);
    auto biases = settings;
    biases.roles = {"bias"};
    EXPECT_EQ(plan(biases, mixed()).points.size(), 4U) << "the widest of those that may be hit";
    auto beyond = settings;
    beyond.bits = {8};
    EXPECT_TRUE(says(message_of(core::Fault::usage, [&] { plan(beyond, stored(fixed(8, 7))); }),
                     "8 is not a bit of fixed8, which has bits 0 to 7"));
}

TEST(Formats, IndexedLeavesAWordAloneThatHasNoSuchBit) {
    const auto network = mixed();
    auto settings = settings_for(campaign::Test::indexed);
    settings.positions = 40;
    const auto made = plan(settings, network);
    ASSERT_EQ(made.points.size(), 8U);
    EXPECT_EQ(made.points[3].exposed_bits, 154U);
    EXPECT_EQ(made.points[4].exposed_bits, 136U);
    std::int64_t sum = 0, most = 0;
    for (int run = 0; run < settings.runs; ++run) {
        const auto all = trials(made, network, run);
        EXPECT_EQ(all[3].added.size(), 40U);
        for (const auto& effect : all[4].added) {
            const auto& word = std::get<fault::WeightWord>(effect.location);
            EXPECT_EQ(network.tensors[static_cast<std::size_t>(word.tensor)].role,
                      network::Role::weight);
        }
        sum += std::ssize(all[4].added);
        most = std::max<std::int64_t>(most, std::ssize(all[4].added));
    }
    EXPECT_EQ(made.points[3].errors, 40);
    EXPECT_EQ(made.points[3].mean_errors, 40);
    EXPECT_EQ(made.points[4].errors, most);
    EXPECT_DOUBLE_EQ(made.points[4].mean_errors, static_cast<double>(sum) / settings.runs);
    EXPECT_LT(made.points[4].mean_errors, 40);
}

TEST(Formats, IndexedMovesAnErrorOfSeveralBitsDownWhereItsOwnWordEnds) {
    auto settings = settings_for(campaign::Test::indexed);
    settings.bits_per_error = 3;
    settings.positions = 154;
    const auto network = mixed();
    const auto all = trials(plan(settings, network), network, 0);
    EXPECT_EQ(all[3].added.size(), 154U);
    for (const auto& effect : all[3].added) {
        const auto& word = std::get<fault::WeightWord>(effect.location);
        const bool bias =
            network.tensors[static_cast<std::size_t>(word.tensor)].role == network::Role::bias;
        EXPECT_EQ(effect.toggle, bias ? 0b1110U : 0b111000U);
    }
}

TEST(Formats, ThatAreNarrowRefuseErrorsOfMoreBits) {
    Settings settings;
    settings.bits_per_error = 5;
    const auto message = message_of(core::Fault::usage, [&] { plan(settings, mixed()); });
    EXPECT_TRUE(says(message, "bits_per_error: 5") && says(message, "1 to 4")) << message;
    settings.roles = {"weight"};
    EXPECT_NO_THROW(plan(settings, mixed()));
}

TEST(Formats, GiveTheRatePolicyTheirBits) {
    auto settings = settings_for(campaign::Test::layer);
    settings.policy = Policy::rate;
    settings.rate = 0.01;
    EXPECT_EQ(plan(settings, small_network()).points[2].errors, 35);     // of 3520 bits
    EXPECT_EQ(plan(settings, stored(fixed(8, 7))).points[2].errors, 9);  // of 880
}

TEST(Formats, GiveABitTheRolesItHasInTheTensorsOfTheSpace) {
    auto network = small_network();
    const auto role_of = [&](int bit, const Settings& settings = {}) {
        return role(plan(settings, network), network, bit);
    };
    EXPECT_EQ(role_of(22), "mantissa");
    EXPECT_EQ(role_of(30), "exponent");
    network = stored(fixed(8, 4));
    network.tensors[1].format = fixed(8, 2);
    EXPECT_EQ(role_of(1), "fraction");
    EXPECT_EQ(role_of(3), "integer/fraction");
    EXPECT_EQ(role_of(7), "sign");
    network.tensors[1].format = fixed(4, 2);
    EXPECT_EQ(role_of(3), "sign/fraction");
    EXPECT_EQ(role_of(5), "integer") << "the narrow word hasn't that bit";
    Settings weights;
    weights.roles = {"weight"};
    EXPECT_EQ(role_of(3, weights), "fraction") << "only tensors that may be hit";
}

TEST(Formats, GiveEachKindOfPointATrialToCheck) {
    auto settings = settings_for(campaign::Test::indexed);
    const auto network = stored(fixed(8, 4));
    const auto made = plan(settings, network);
    std::set<std::string> kinds;
    for (const auto trial : checked_trials(made, network, 0, 0))
        kinds.insert(kind(made, network, made.points[static_cast<std::size_t>(trial) % 8]));
    EXPECT_EQ(kinds, (std::set<std::string>{"fraction", "integer", "sign"}));
}

TEST(Formats, OfSeveralWidthsAreALimitation) {
    const auto told = [](const Description& network, campaign::Test test) {
        std::string all;
        for (const auto& line : limitations(plan(settings_for(test), network), 60)) all += line;
        return says(all, "Words differ in width");
    };
    for (const auto test : every_test) {
        EXPECT_TRUE(told(mixed(), test));
        EXPECT_FALSE(told(stored(fixed(8, 7)), test));
    }
}

}  // namespace
}  // namespace faultline::campaign
