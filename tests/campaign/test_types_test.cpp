#include <gtest/gtest.h>

#include <faultline/campaign/plan.h>
#include <algorithm>
#include <set>

#include "small_network.h"

namespace faultline::campaign {
namespace {

using evaluation::Trial;
using network::Role;

const fault::WeightWord& word(const fault::Effect& effect) {
    return std::get<fault::WeightWord>(effect.location);
}

Settings settings_for(campaign::Test test) {
    Settings settings;
    settings.test = test;
    return settings;
}

std::string refusal(const Settings& settings) {
    return message_of(core::Fault::usage, [&] { plan(settings, small_network()); });
}

TEST(FullTest, PilesErrorsUpTrialByTrial) {
    auto settings = settings_for(campaign::Test::full);
    settings.errors = {0, 1, 5, 9};
    const auto network = small_network();
    const auto made = plan(settings, network);
    const auto all = trials(made, network, 2);
    ASSERT_EQ(all.size(), 4U);
    EXPECT_EQ(all[0].parent, Trial::golden);
    EXPECT_TRUE(all[0].added.empty());
    for (std::int32_t place = 1; place < 4; ++place) {
        EXPECT_EQ(all[static_cast<std::size_t>(place)].parent, place - 1);
    }
    EXPECT_EQ(all[3].added.size(), 4U);
    EXPECT_EQ(made.points[2].key, "full/float32/errors=5");
    EXPECT_EQ(made.points[2].exposed_bits, 154U * 32U);
}

TEST(FullTest, MeetsTheSameFaultsWhateverElseIsMeasured) {
    auto dense = settings_for(campaign::Test::full), sparse = dense;
    sparse.errors = {7, 50};
    const auto network = small_network();
    const auto every = trials(plan(dense, network), network, 0);
    const auto some = trials(plan(sparse, network), network, 0);
    EXPECT_EQ(evaluation::effects(every, 6), evaluation::effects(some, 0));
    EXPECT_EQ(evaluation::effects(every, 49), evaluation::effects(some, 1));
}

TEST(FullTest, NeverHitsABitTwiceUnlessReplaced) {
    auto settings = settings_for(campaign::Test::full);
    settings.tensors = "block.first.bias";  // 4 words: 128 bits
    settings.errors = {128};
    const auto network = small_network();
    std::set<std::pair<fault::WeightWord, std::uint32_t>> met;
    const auto all = trials(plan(settings, network), network, 0);
    for (const auto& effect : all[0].added) {
        met.emplace(word(effect), effect.toggle);
    }
    EXPECT_EQ(met.size(), 128U);
    settings.errors = {129};
    EXPECT_TRUE(says(refusal(settings), "129 errors"));
    settings.replacement = true;
    EXPECT_EQ(trials(plan(settings, network), network, 0)[0].added.size(), 129U);
}

TEST(FullTest, RefusesCountsThatDoNotRise) {
    for (const auto& errors : std::vector<std::vector<int>>{{}, {1, 1}, {0, 5, 3}}) {
        auto settings = settings_for(campaign::Test::full);
        settings.errors = errors;
        EXPECT_TRUE(says(refusal(settings), "errors:"));
    }
}

TEST(IndexedTest, FlipsOneBitAfterAnotherInTheSameWords) {
    auto settings = settings_for(campaign::Test::indexed);
    const auto network = small_network();
    const auto made = plan(settings, network);
    const auto all = trials(made, network, 0);
    ASSERT_EQ(all.size(), 32U);
    for (std::size_t bit = 0; bit < 32; ++bit) {
        EXPECT_EQ(all[bit].parent, Trial::golden);
        ASSERT_EQ(all[bit].added.size(), 50U);
        for (std::size_t place = 0; place < 50; ++place) {
            EXPECT_EQ(all[bit].added[place].location, all[0].added[place].location);
            EXPECT_EQ(all[bit].added[place].toggle, std::uint32_t{1} << bit);
        }
    }
    EXPECT_EQ(made.points[30].key, "indexed/float32/bit=30");
    EXPECT_EQ(made.points[30].bit, 30);
    EXPECT_EQ(made.points[30].exposed_bits, 154U);
}

TEST(IndexedTest, HitsEachWordOnceUnlessReplaced) {
    auto settings = settings_for(campaign::Test::indexed);
    settings.positions = 154;
    settings.bits = {30};
    const auto network = small_network();
    std::set<fault::WeightWord> words;
    const auto all = trials(plan(settings, network), network, 0);
    for (const auto& effect : all[0].added) {
        words.insert(word(effect));
    }
    EXPECT_EQ(words.size(), 154U);
    settings.positions = 155;
    EXPECT_TRUE(says(refusal(settings), "positions: 155"));
    settings.replacement = true;
    EXPECT_NO_THROW(plan(settings, network));
}

TEST(IndexedTest, MeasuresTheBitsNamedInTheirOrder) {
    auto settings = settings_for(campaign::Test::indexed);
    settings.bits = {31, 0};
    settings.bits_per_error = 2;
    const auto network = small_network();
    const auto made = plan(settings, network);
    ASSERT_EQ(made.points.size(), 2U);
    EXPECT_EQ(made.points[0].bit, 31);
    const auto all = trials(made, network, 0);
    EXPECT_EQ(all[0].added[0].toggle, 0xC0000000U);
    EXPECT_EQ(all[1].added[0].toggle, 0x00000003U);
    EXPECT_EQ(made.points[0].exposed_bits, 154U * 2U);
}

TEST(IndexedTest, RefusesBitsBeyondTheWordAndBitsNamedTwice) {
    auto settings = settings_for(campaign::Test::indexed);
    settings.bits = {3, 32};
    EXPECT_TRUE(says(refusal(settings), "0 to 31"));
    settings.bits = {3, 4, 3};
    EXPECT_TRUE(says(refusal(settings), "3 is named twice"));
}

TEST(LayerTest, HitsEachLayerAlone) {
    auto settings = settings_for(campaign::Test::layer);
    settings.policy = Policy::equal;
    const auto network = small_network();
    const auto made = plan(settings, network);
    const auto all = trials(made, network, 0);
    ASSERT_EQ(all.size(), 3U);
    for (std::size_t layer = 0; layer < 3; ++layer) {
        EXPECT_EQ(all[layer].parent, Trial::golden);
        EXPECT_EQ(all[layer].added.size(), 50U);
        for (const auto& effect : all[layer].added) {
            const auto tensor = static_cast<std::size_t>(word(effect).tensor);
            EXPECT_EQ(network.tensors[tensor].layer, static_cast<int>(layer));
        }
    }
    EXPECT_EQ(made.points[1].key, "layer/float32/block.second");
    EXPECT_EQ(made.points[1].exposed_bits, 32U * 32U);
    EXPECT_EQ(made.exposed_bits, 154U * 32U);
}

TEST(LayerTest, MeetsTheSameFaultsWhicheverLayersAreChosen) {
    auto every = settings_for(campaign::Test::layer), one = every;
    one.layers = "class*";
    const auto network = small_network();
    const auto chosen = plan(one, network);
    ASSERT_EQ(chosen.points.size(), 1U);
    EXPECT_EQ(chosen.points[0], plan(every, network).points[2]);
    EXPECT_EQ(trials(chosen, network, 5)[0], trials(plan(every, network), network, 5)[2]);
}

TEST(LayerTest, SkipsLayersWithoutATensorInTheSpace) {
    auto settings = settings_for(campaign::Test::layer);
    settings.tensors = "*first*";
    const auto made = plan(settings, small_network());
    ASSERT_EQ(made.points.size(), 1U);
    EXPECT_EQ(made.points[0].layer, 0);
}

TEST(LayerTest, NamesTheLayersThereAreWhenThePatternMatchesNone) {
    auto settings = settings_for(campaign::Test::layer);
    settings.layers = "features.*";
    const auto message = refusal(settings);
    EXPECT_TRUE(says(message, "block.first, block.second, classify")) << message;
}

/// The first convolution and the first linear layer of VGG16, between them a batch-norm's size.
network::Description vgg16_ends() {
    return network_of({{"conv1_1", {{Role::weight, {64, 3, 3, 3}}, {Role::bias, {64}}}},
                       {"fc6", {{Role::weight, {4096, 25088}}, {Role::bias, {4096}}}}});
}

TEST(LayerTest, GivesVgg16TheErrorsOfThePaper) {
    for (const auto compat : {Compat::none, Compat::paper}) {
        auto settings = settings_for(campaign::Test::layer);
        settings.compat = compat;
        if (compat == Compat::paper) settings.roles = {"weight"};
        const auto made = plan(settings, vgg16_ends());
        EXPECT_EQ(made.points[0].errors, 1);
        EXPECT_EQ(made.points[1].errors, 57'346);
    }
}

TEST(LayerTest, CountsBiasesOnlyForThePaperWhenWeightsAloneAreHit) {
    auto settings = settings_for(campaign::Test::layer);
    settings.roles = {"weight"};
    EXPECT_EQ(plan(settings, vgg16_ends()).points[1].errors, 102'760'448 / 1'728);
    settings.compat = Compat::paper;
    EXPECT_EQ(plan(settings, vgg16_ends()).points[1].errors, 102'764'544 / 1'792);
}

TEST(LayerTest, FollowsEachPolicy) {
    auto settings = settings_for(campaign::Test::layer);
    const auto counts = [&] {
        std::vector<std::int64_t> all;
        for (const auto& point : plan(settings, small_network()).points) {
            all.push_back(point.errors);
        }
        return all;
    };
    EXPECT_EQ(counts(), (std::vector<std::int64_t>{1, 2, 9}));  // 12, 32 and 110 numbers
    settings.policy = Policy::equal;
    settings.errors_per_layer = 6;
    EXPECT_EQ(counts(), (std::vector<std::int64_t>{6, 6, 6}));
    settings.policy = Policy::rate;
    settings.rate = 0.0015;  // 384, 1024 and 3520 bits
    EXPECT_EQ(counts(), (std::vector<std::int64_t>{1, 2, 5}));
}

TEST(LayerTest, NamesTheLayerThatIsTooSmall) {
    auto settings = settings_for(campaign::Test::layer);
    settings.policy = Policy::equal;
    settings.errors_per_layer = 385;  // block.first has 384 bits
    EXPECT_TRUE(says(refusal(settings), "layer block.first: 385 errors"));
}

}  // namespace
}  // namespace faultline::campaign
