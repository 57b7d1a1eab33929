#include <faultline/campaign/protection.h>
#include <faultline/campaign/summary.h>
#include <faultline/core/place.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "small_network.h"

namespace faultline::campaign {
namespace {

using core::place;
using fault::Bits;

std::uint32_t stored_at(const fault::WeightWord& word) {
    return static_cast<std::uint32_t>(0x3f800000 + 977 * word.element + word.tensor);
}

/// Of 8 bits, biases of 16.
network::Description mixed_network() {
    auto network = small_network();
    for (auto& tensor : network.tensors)
        tensor.format = number::FixedPoint({tensor.role == network::Role::bias ? 16 : 8, 4});
    return network;
}

Settings guarded(const std::string& protect, campaign::Test test = campaign::Test::full) {
    Settings settings;
    settings.protect = protect;
    settings.test = test;
    settings.runs = 5;
    return settings;
}

Plan surveyed(const Settings& settings, const network::Description& network) {
    auto made = plan(settings, network);
    StoredWords words;
    words.word = [network](const fault::WeightWord& word) {
        const auto width = number::bit_count(network.tensors[place(word.tensor)].format);
        return stored_at(word) & static_cast<std::uint32_t>(Bits::lowest(width).low());
    };
    survey(made, network, std::move(words));
    return made;
}

std::string refusal(const std::string& protect, const network::Description& network) {
    return message_of(core::Fault::usage, [&] { plan(guarded(protect), network); });
}

TEST(ParseProtection, ReadsSchemesBitsAndLayers) {
    EXPECT_EQ(parse_protection("none"), MemoryProtection{});
    EXPECT_EQ(parse_protection("tmr").scheme, fault::Protection(fault::Tmr{}));
    EXPECT_EQ(parse_protection("secded").scheme, fault::Protection(fault::Secded{}));
    EXPECT_EQ(parse_protection("parity").scheme, fault::Protection(fault::Parity{}));
    EXPECT_EQ(parse_protection("tmr:bits=30").scheme, fault::Protection(fault::Tmr{1U << 30U}));
    EXPECT_EQ(parse_protection("tmr:bits=25-30,31").scheme,
              fault::Protection(fault::Tmr{0xfe000000U}));
    const auto both = parse_protection("tmr:bits=30:layers=a*,b:c");
    EXPECT_EQ(both.scheme, fault::Protection(fault::Tmr{1U << 30U}));
    EXPECT_EQ(both.layers, (std::vector<std::string>{"a*", "b:c"}));
    EXPECT_EQ(parse_protection("secded:layers=fc").layers, std::vector<std::string>{"fc"});
}

TEST(ParseProtection, ReadsWhatItsNameSays) {
    for (const std::string text :
         {"none", "tmr", "secded", "parity", "tmr:bits=30", "tmr:bits=0,2-5,31", "tmr:layers=a,b*",
          "tmr:bits=25-31:layers=x:y", "parity:layers=*.second"})
        EXPECT_EQ(name(parse_protection(text)), text);
    EXPECT_EQ(name(parse_protection("tmr:bits=31,30,29")), "tmr:bits=29-31");
    EXPECT_EQ(name(parse_protection("tmr:bits=0-31:layers=*")), "tmr");
}

TEST(ParseProtection, RefusesAnythingElse) {
    const std::map<std::string, std::string> wrong = {
        {"", "'' is not one of none, tmr, secded, parity"},
        {"TMR", "not one of"},
        {"tmrr", "did you mean 'tmr'"},
        {"secdedd:layers=a", "did you mean 'secded'"},
        {"none:layers=a", "nothing may follow none"},
        {"none:", "nothing may follow none"},
        {"tmr:", "neither bits"},
        {"tmr:bits", "neither bits"},
        {"tmr:bits=", "the list is empty"},
        {"tmr:bits=32", "from 0 to 31"},
        {"tmr:bits=-1", "from 0 to 31"},
        {"tmr:bits=5-3", "from a lower number to a higher"},
        {"tmr:bits=5,,6", "from 0 to 31"},
        {"tmr:bits=5,4-6", "5 is named twice"},
        {"tmr:bits=5:", "nothing follows the last colon"},
        {"tmr:bits=5:bits=6", "neither bits"},
        {"tmr:layers=", "a pattern is empty"},
        {"tmr:layers=a,", "a pattern is empty"},
        {"tmr:layers=a:bits=5", "bits go before layers"},
        {"secded:bits=5", "bits are tmr's"},
        {"parity:layer=a", "neither bits"}};
    for (const auto& [text, part] : wrong) {
        const auto message = message_of(core::Fault::usage, [&] { parse_protection(text); });
        EXPECT_TRUE(says(message, part)) << text << ": " << message;
        EXPECT_TRUE(message.starts_with("protect: ")) << message;
    }
}

TEST(Protect, OfWhatIsNotThereIsRefused) {
    const auto message = refusal("secded:layers=conv*", small_network());
    EXPECT_TRUE(says(message, "'conv*'") && says(message, "block.first")) << message;
    EXPECT_TRUE(says(refusal("tmr:layers=block.*,head", small_network()), "'head'"));
    const auto beyond = refusal("tmr:bits=6,16", mixed_network());
    EXPECT_TRUE(says(beyond, "bit 16") && says(beyond, "0 to 15")) << beyond;
    auto settings = guarded("parity:layers=classify");
    settings.tensors = "block.*";
    message_of(core::Fault::usage, [&] { plan(settings, small_network()); });
}

TEST(Protect, MakesTheSpaceWider) {
    const auto network = small_network();  // 154 numbers
    EXPECT_EQ(plan(guarded("none"), network).exposed_bits, 154U * 32U);
    EXPECT_EQ(plan(guarded("tmr"), network).exposed_bits, 154U * 96U);
    EXPECT_EQ(plan(guarded("tmr:bits=30"), network).exposed_bits, 154U * 34U);
    EXPECT_EQ(plan(guarded("secded"), network).exposed_bits, 154U * 39U);
    EXPECT_EQ(plan(guarded("parity"), network).exposed_bits, 154U * 33U);
    EXPECT_EQ(plan(guarded("parity"), network).points.front().exposed_bits, 154U * 33U);
    const auto some = plan(guarded("secded:layers=block.*"), network);
    EXPECT_EQ(some.exposed_bits, 44U * 39U + 110U * 32U);
    EXPECT_TRUE(some.mixed_widths);
    EXPECT_EQ(guarded_words(some, network), (std::vector<GuardedWords>{{32, 7, 44}}));
    EXPECT_EQ(guarded_words(plan(guarded("secded"), mixed_network()), mixed_network()),
              (std::vector<GuardedWords>{{8, 5, 136}, {16, 6, 18}}));
}

TEST(Protect, OfNothingChangesNothing) {
    const auto network = small_network();
    for (const auto test : {campaign::Test::full, campaign::Test::indexed, campaign::Test::layer,
                            campaign::Test::sample}) {
        for (const auto& trial : trials(plan(guarded("none", test), network), network, 1))
            for (const auto& effect : trial.added) {
                EXPECT_FALSE(effect.hit.any());
                EXPECT_EQ(effect.reading, fault::Reading::intact);
                EXPECT_NE(effect.toggle, 0U);
            }
    }
}

/// The words a run has hit and the numbers read there, after every trial.
TEST(Protect, PilesErrorsUpWordByWord) {
    for (const std::string protect :
         {"tmr", "tmr:bits=20-31", "secded", "parity", "secded:layers=block.*"}) {
        const auto network = small_network();
        auto settings = guarded(protect);
        settings.errors = {10, 100, 400, 1000};
        const auto made = surveyed(settings, network);
        const auto all = trials(made, network, 3);
        const auto counts = hit_words(all);
        const auto protection = parse_protection(protect);
        for (std::int32_t i = 0; i < 4; ++i) {
            std::map<fault::WeightWord, std::pair<Bits, std::uint32_t>> words;
            for (const auto& effect : evaluation::effects(all, i)) {
                const auto& at = std::get<fault::WeightWord>(effect.location);
                auto& [wrong, seen] = words.try_emplace(at, Bits(), stored_at(at)).first->second;
                EXPECT_FALSE((wrong & effect.hit).any()) << "without replacement";
                wrong ^= effect.hit;
                seen = effect.apply(seen);
            }
            HitWords expected;
            for (const auto& [at, state] : words) {
                const auto scheme = guard(protection, network, network.tensors[place(at.tensor)]);
                const auto read = fault::decode(
                    scheme, 32, fault::encode(scheme, 32, stored_at(at)) ^ state.first);
                EXPECT_EQ(state.second, read.word);
                expected.zeroed += read.detected;
                expected.corrected += !read.detected && read.word == stored_at(at);
                expected.silent += !read.detected && read.word != stored_at(at);
            }
            EXPECT_EQ(counts[place(i)], expected) << protect << " " << i;
        }
    }
}

TEST(Protect, WithReplacementCountsNoWordThatIsWholeAgain) {
    auto settings = guarded("parity");
    settings.replacement = true;
    settings.errors = {1, 400};
    settings.tensors = "block.first.bias";  // 4 numbers: 132 bits
    const auto network = small_network();
    const auto counts = hit_words(trials(surveyed(settings, network), network, 0));
    EXPECT_EQ(counts[0], (HitWords{0, 1, 0}));
    EXPECT_LE(counts[1].zeroed + counts[1].silent + counts[1].corrected, 4);
}

/// Every bit is as likely as any other though words differ in width: by layer, and in their
/// formats.
TEST(Protect, HitsEveryBitOfTheMemoryEquallyOften) {
    struct Case {
        std::string protect;
        network::Description network;
    };
    for (const auto& [protect, network] :
         {Case{"tmr:layers=block.*", small_network()}, Case{"secded", mixed_network()}}) {
        auto settings = guarded(protect);
        settings.errors = {40};
        settings.runs = 400;
        const auto made = surveyed(settings, network);
        std::map<int, double> by_width;
        std::map<int, double> bits;
        const auto whole = space(settings, network);
        for (const auto& extent : whole.extents())
            bits[extent.bit_count] += static_cast<double>(extent.element_count * extent.bit_count);
        for (int run = 0; run < settings.runs; ++run) {
            const auto all = trials(made, network, run);
            for (const auto& effect : all[0].added)
                ++by_width[whole.bit_count(std::get<fault::WeightWord>(effect.location).tensor)];
        }
        const double errors = 40.0 * settings.runs;
        for (const auto& [width, count] : by_width) {
            const auto share = bits[width] / static_cast<double>(whole.site_count());
            EXPECT_NEAR(count / errors, share, 5 * std::sqrt(share * (1 - share) / errors))
                << width;
        }
    }
}

TEST(Protect, OfALayerAloneLeavesOtherLayersTheirErrors) {
    const auto network = small_network();
    auto bare = guarded("none", campaign::Test::layer),
         some = guarded("tmr:layers=classify", campaign::Test::layer);
    const auto left = trials(plan(bare, network), network, 2);
    const auto right = trials(surveyed(some, network), network, 2);
    ASSERT_EQ(left.size(), right.size());
    for (std::size_t layer = 0; layer < 2; ++layer)
        for (std::size_t i = 0; i < left[layer].added.size(); ++i) {
            EXPECT_EQ(left[layer].added[i].location, right[layer].added[i].location);
            EXPECT_EQ(left[layer].added[i].toggle, right[layer].added[i].toggle);
        }
}

TEST(Protect, AnIndexedTestNamesBitsOfTheMemorysWord) {
    const auto network = small_network();
    auto settings = guarded("tmr:bits=30", campaign::Test::indexed);
    const auto made = surveyed(settings, network);
    ASSERT_EQ(made.points.size(), 34U);
    EXPECT_EQ(made.points[33].key, "indexed/float32/bit=33");
    EXPECT_EQ(role(made, network, 30), "exponent");
    EXPECT_EQ(role(made, network, 32), "copy");
    EXPECT_EQ(role(surveyed(guarded("secded", campaign::Test::indexed), mixed_network()),
                   mixed_network(), 10),
              "integer/check")
        << "of 16 bits, and above 8";
    const auto all = trials(made, network, 0);
    for (const std::size_t bit : {3U, 30U, 32U, 33U})
        for (const auto& effect : all[bit].added) {
            EXPECT_EQ(effect.hit, Bits::single(static_cast<int>(bit)));
            EXPECT_EQ(effect.toggle, bit == 3 ? 8U : 0U);
        }
    settings.bits = {34};
    EXPECT_TRUE(says(message_of(core::Fault::usage, [&] { plan(settings, network); }), "0 to 33"));
}

TEST(Protect, ErrorsOfSeveralBitsLieInTheMemorysWord) {
    const auto network = small_network();
    auto settings = guarded("secded");
    settings.bits_per_error = 39;
    settings.errors = {3};
    const auto all = trials(surveyed(settings, network), network, 0);
    for (const auto& effect : all[0].added) EXPECT_EQ(effect.hit, Bits::lowest(39));
    settings.bits_per_error = 40;
    EXPECT_TRUE(says(message_of(core::Fault::usage, [&] { plan(settings, network); }), "1 to 39"));
}

TEST(Protect, TheSampleTestTellsLayersApartOnly) {
    const auto network = small_network();
    auto settings = guarded("tmr:layers=classify", campaign::Test::sample);
    const auto made = surveyed(settings, network);
    ASSERT_EQ(made.strata->list.size(), 3U);
    const double sites = 44.0 * 32 + 110 * 96;
    EXPECT_NEAR(made.strata->list[0].share, 12 * 32 / sites, 1e-12);
    EXPECT_NEAR(made.strata->list[2].share, 110 * 96 / sites, 1e-12);
    EXPECT_EQ(made.strata->list[2].sites, 110U * 96U);
    settings.sampling = Sampling::stratified;
    EXPECT_TRUE(says(message_of(core::Fault::usage, [&] { settle(settings); }), "protected (tmr"));
}

TEST(Protect, IsSettledToItsName) {
    auto settings = guarded("tmr:bits=31,30");
    settle(settings);
    EXPECT_EQ(settings.protect, "tmr:bits=30-31");
}

TEST(Protect, IsToldAmongTheAssumptions) {
    const auto told = [](const std::string& protect) {
        std::string text;
        const auto made = plan(guarded(protect), small_network());
        for (const auto& line : assumptions(made)) text += line + "\n";
        for (const auto& line : limitations(made, 5)) text += line + "\n";
        return text;
    };
    EXPECT_TRUE(says(told("none"), "nothing protects the memory"));
    EXPECT_FALSE(says(told("none"), "written back"));
    for (const auto* protect : {"secded", "parity"})
        EXPECT_TRUE(says(told(protect), "the number 0.0"));
    EXPECT_FALSE(says(told("tmr"), "the number 0.0"));
    EXPECT_TRUE(says(told("tmr:bits=30:layers=block.*"), "bits 30 of a word"));
    EXPECT_TRUE(says(told("tmr:bits=30:layers=block.*"), "matches block.*"));
}

}  // namespace
}  // namespace faultline::campaign
