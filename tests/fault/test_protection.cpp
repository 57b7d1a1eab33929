// A protected memory is held against counting: every way to hit a small one is tried, and how often
// its words are corrected, zeroed and silently wrong is compared with combinatorics that know
// nothing of encoders.

#include <faultline/fault/draw.h>
#include <faultline/fault/protection.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>
#include <random>

namespace faultline::fault {
namespace {

constexpr int number_bits = 8;
constexpr int word_count = 3;
constexpr std::array<std::uint32_t, word_count> stored = {0x5a, 0xff, 0x01};

int width_of(const Protection& protection) {
    return number_bits + added_bits(protection, number_bits);
}

/// Words by what they are read as.
struct Counts {
    std::int64_t corrected = 0;
    std::int64_t zeroed = 0;
    std::int64_t silent = 0;

    bool operator==(const Counts&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Counts& counts) {
    return out << counts.corrected << " corrected, " << counts.zeroed << " zeroed, "
               << counts.silent << " silent";
}

ProtectedWord word_at(const Protection& protection, std::int64_t element) {
    return {protection, number_bits, stored[static_cast<std::size_t>(element)]};
}

/// What became of the words after errors of one bit each, by the sites' numbers.
Counts counts_after(const Protection& protection, const std::vector<int>& sites) {
    std::vector<Error> errors;
    for (const int site : sites)
        errors.push_back({WeightWord{0, site / width_of(protection)},
                          Bits::single(site % width_of(protection))});
    std::map<Location, Reading> readings;
    for (const auto& effect :
         protect(errors, [&](const WeightWord& at) { return word_at(protection, at.element); }))
        readings[effect.location] = effect.reading;
    Counts counts;
    for (const auto& [at, reading] : readings) {
        counts.corrected += reading == Reading::corrected;
        counts.zeroed += reading == Reading::zeroed;
        counts.silent += reading == Reading::silent;
    }
    return counts;
}

void add(Counts& sum, const Counts& counts) {
    sum.corrected += counts.corrected;
    sum.zeroed += counts.zeroed;
    sum.silent += counts.silent;
}

/// Summed over every set of `hits` sites.
Counts over_all_hits(const Protection& protection, int hits) {
    const int sites = word_count * width_of(protection);
    Counts sum;
    std::vector<int> set;
    const auto choose = [&](const auto& self, int from) -> void {
        if (static_cast<int>(set.size()) == hits) {
            add(sum, counts_after(protection, set));
            return;
        }
        for (int site = from; site < sites; ++site) {
            set.push_back(site);
            self(self, site + 1);
            set.pop_back();
        }
    };
    choose(choose, 0);
    return sum;
}

double choose(int n, int k) {
    double ways = 1;
    for (int i = 0; i < k; ++i) ways = ways * (n - i) / (i + 1);
    return k > n ? 0 : std::round(ways);
}

/// Of a word's ways to be hit by so many bits, how many end which way.
using Ways = std::array<Counts, 4>;  // [hits]; none is no way

/// Ways of one word become those of the memory: the other words take what is left of the hits.
Counts in_memory(const Ways& ways, int width, int hits) {
    std::array<double, 3> sum{};
    for (int own = 1; own <= hits; ++own) {
        const double others = choose((word_count - 1) * width, hits - own);
        const auto& counts = ways[static_cast<std::size_t>(own)];
        sum[0] += word_count * others * static_cast<double>(counts.corrected);
        sum[1] += word_count * others * static_cast<double>(counts.zeroed);
        sum[2] += word_count * others * static_cast<double>(counts.silent);
    }
    return {std::llround(sum[0]), std::llround(sum[1]), std::llround(sum[2])};
}

std::int64_t ways_to_choose(int n, int k) { return std::llround(choose(n, k)); }

/// Of a word of `tripled` bits in three copies and `plain` single ones: right while no plain bit is
/// hit and of each three at most one.
Ways tmr_ways(int tripled, int plain) {
    Ways ways{};
    for (int hits = 1; hits <= 3; ++hits) {
        const auto right = ways_to_choose(tripled, hits) * std::llround(std::pow(3, hits));
        const auto all = ways_to_choose(3 * tripled + plain, hits);
        ways[static_cast<std::size_t>(hits)] = {right, 0, all - right};
    }
    return ways;
}

/// Four places of 0 to n - 1 whose numbers' sum (XOR) is 0: the extended code's words of weight 4.
std::int64_t words_of_weight_four(int n) {
    std::int64_t count = 0;
    for (int a = 0; a < n; ++a)
        for (int b = a + 1; b < n; ++b)
            for (int c = b + 1; c < n; ++c) {
                const int d = a ^ b ^ c;
                count += d > c && d < n;
            }
    return count;
}

/// Three hits are taken for one more where the four make a code word; else they are detected.
Ways secded_ways(int width) {
    const auto miscorrected = 4 * words_of_weight_four(width);
    return {Counts{},
            {width, 0, 0},
            {0, ways_to_choose(width, 2), 0},
            {0, ways_to_choose(width, 3) - miscorrected, miscorrected}};
}

Ways parity_ways() {
    const int width = number_bits + 1;
    return {Counts{},
            {0, width, 0},
            {0, 0, ways_to_choose(width, 2)},
            {0, ways_to_choose(width, 3), 0}};
}

struct Case {
    Protection protection;
    int width = 0;
    Ways ways;
};

std::vector<Case> cases() {
    Ways bare{};
    for (int hits = 1; hits <= 3; ++hits)
        bare[static_cast<std::size_t>(hits)].silent = ways_to_choose(number_bits, hits);
    return {{Unprotected{}, 8, bare},
            {Tmr{}, 24, tmr_ways(8, 0)},
            {Tmr{1U << 6U}, 10, tmr_ways(1, 7)},
            {Tmr{0b11100000}, 14, tmr_ways(3, 5)},
            {Secded{}, 13, secded_ways(13)},
            {Parity{}, 9, parity_ways()}};
}

TEST(Protection, EndsAsCountingSaysForEveryOneTwoAndThreeHits) {
    for (const auto& [protection, width, ways] : cases()) {
        ASSERT_EQ(width_of(protection), width);
        for (int hits = 1; hits <= 3; ++hits)
            EXPECT_EQ(over_all_hits(protection, hits), in_memory(ways, width, hits))
                << protection.index() << ", " << hits << " hits";
    }
}

/// Mean number of words of each end after `hits` drawn errors: hypergeometric.
std::array<double, 3> expected(const Case& of, int hits) {
    const auto sum = in_memory(of.ways, of.width, hits);
    const auto all = choose(word_count * of.width, hits);
    return {static_cast<double>(sum.corrected) / all, static_cast<double>(sum.zeroed) / all,
            static_cast<double>(sum.silent) / all};
}

std::vector<int> drawn_sites(const Space& space, const Source& source, int hits) {
    std::vector<int> sites;
    for (const auto& error : draw(space, source, {}, static_cast<std::uint64_t>(hits))) {
        const auto& word = std::get<WeightWord>(error.location);
        sites.push_back(
            static_cast<int>(space.number({word.tensor, word.element, error.mask.first()})));
    }
    return sites;
}

TEST(Protection, EndsAsOftenAsTheHypergeometricDistributionSaysWhereErrorsAreDrawn) {
    constexpr int runs = 20'000, hits = 3;
    // Hoeffding: a mean of counts in [0, 3] is farther off with a chance below 1e-9.
    const double bound = word_count * std::sqrt(std::log(2e9) / (2.0 * runs));
    for (const auto& of : cases()) {
        const Space space({{0, word_count, of.width}});
        Counts sum;
        for (std::uint32_t run = 0; run < runs; ++run) {
            add(sum, counts_after(of.protection, drawn_sites(space, {11, run}, hits)));
        }
        const auto wanted = expected(of, hits);
        EXPECT_NEAR(static_cast<double>(sum.corrected) / runs, wanted[0], bound);
        EXPECT_NEAR(static_cast<double>(sum.zeroed) / runs, wanted[1], bound);
        EXPECT_NEAR(static_cast<double>(sum.silent) / runs, wanted[2], bound);
    }
}

/// The chance that all of a tripled memory is right after k of its sites are drawn.
TEST(Protection, OfATripledMemoryHoldsWithTheChanceThatNoThreeAreHitTwice) {
    constexpr int runs = 20'000;
    const Space space({{0, word_count, 24}});
    const double bound = std::sqrt(std::log(2e9) / (2.0 * runs));
    for (const int hits : {2, 6, 12}) {
        int right = 0;
        for (std::uint32_t run = 0; run < runs; ++run) {
            right += counts_after(Tmr{}, drawn_sites(space, {5, run}, hits)).silent == 0;
        }
        const auto wanted = choose(24, hits) * std::pow(3, hits) / choose(72, hits);
        EXPECT_NEAR(static_cast<double>(right) / runs, wanted, bound) << hits;
    }
}

std::vector<Protection> every_protection() {
    return {Unprotected{}, Tmr{}, Tmr{1U << 30U}, Tmr{0xfe000001}, Secded{}, Parity{}};
}

TEST(Protection, ReadsWhatWasStoredWhereNothingWasHit) {
    std::mt19937 random(1);
    for (const auto& protection : every_protection()) {
        for (int width = 1; width <= 32; ++width) {
            for (int i = 0; i < 50; ++i) {
                const auto word = static_cast<std::uint32_t>(random()) >> (32 - width);
                const auto held = encode(protection, width, word);
                EXPECT_EQ(decode(protection, width, held), (Decoded{word, false}));
                EXPECT_LE(held.width(), width + added_bits(protection, width));
                EXPECT_EQ(held & Bits::lowest(width), Bits(word)) << "the number isn't in place";
            }
        }
    }
}

/// Errors of any bits pile up, some undo others; after each one the effects so far must come to
/// what decoding all hits at once gives.
TEST(Protection, EffectsAddUpToReadingAllHitsAtOnce) {
    std::mt19937 random(2);
    for (const auto& protection : every_protection()) {
        for (const int width : {5, 8, 16, 32}) {
            const int held_bits = width + added_bits(protection, width);
            const auto word = static_cast<std::uint32_t>(random()) >> (32 - width);
            std::vector<Error> errors;
            for (int i = 0; i < 200; ++i)
                errors.push_back(
                    {WeightWord{0, 0},
                     Bits::single(static_cast<int>(random() % static_cast<unsigned>(held_bits))) |
                         Bits::single(
                             static_cast<int>(random() % static_cast<unsigned>(held_bits)))});
            const auto effects = protect(errors, [&](const WeightWord&) {
                return ProtectedWord{protection, width, word};
            });
            auto seen = word;
            Bits wrong;
            for (std::size_t i = 0; i < errors.size(); ++i) {
                seen = effects[i].apply(seen);
                wrong ^= errors[i].mask;
                const auto all = decode(protection, width, encode(protection, width, word) ^ wrong);
                ASSERT_EQ(seen, all.word);
                EXPECT_EQ(effects[i].hit, errors[i].mask);
                EXPECT_EQ(effects[i].reading == Reading::zeroed, all.detected && wrong.any());
                EXPECT_EQ(effects[i].reading == Reading::intact, !wrong.any());
                EXPECT_EQ(effects[i].reading == Reading::silent, !all.detected && seen != word);
            }
        }
    }
}

TEST(Protection, WhatWasZeroedComesBackWhenOneHitMoreGoesUnnoticed) {
    const ProtectedWord word{Parity{}, 8, 0x5a};
    const Error low{WeightWord{}, 1}, high{WeightWord{}, 0x80};
    const auto effects = protect(std::array{low, high}, [&](const WeightWord&) { return word; });
    EXPECT_EQ(effects[0].toggle, 0x5aU);
    EXPECT_EQ(effects[0].apply(0x5a), 0U);
    EXPECT_EQ(effects[0].reading, Reading::zeroed);
    EXPECT_EQ(effects[1].apply(0), 0x5aU ^ 0x81U);
    EXPECT_EQ(effects[1].reading, Reading::silent);
}

TEST(Secded, HasTheKnownWidths) {
    const std::map<int, int> widths = {{4, 8}, {8, 13}, {11, 16}, {16, 22}, {26, 32}, {32, 39}};
    for (const auto& [number, whole] : widths)
        EXPECT_EQ(number + added_bits(Secded{}, number), whole);
}

TEST(Secded, CorrectsEveryErrorAndDetectsEveryTwo) {
    std::mt19937 random(3);
    for (int width = 1; width <= 32; ++width) {
        const auto word = static_cast<std::uint32_t>(random()) >> (32 - width);
        const auto held = encode(Secded{}, width, word);
        const int all = width + added_bits(Secded{}, width);
        for (int one = 0; one < all; ++one) {
            const auto hit = held ^ Bits::single(one);
            ASSERT_EQ(decode(Secded{}, width, hit), (Decoded{word, false})) << width << ' ' << one;
            for (int two = one + 1; two < all; ++two)
                ASSERT_EQ(decode(Secded{}, width, hit ^ Bits::single(two)), (Decoded{0, true}))
                    << width << ' ' << one << ' ' << two;
        }
    }
}

TEST(Secded, WordsDifferInFourBitsAtLeast) {
    for (int width = 2; width <= 10; ++width)
        for (std::uint32_t one = 0; one < 1U << width; ++one)
            for (std::uint32_t other = one + 1; other < 1U << width; ++other)
                ASSERT_GE((encode(Secded{}, width, one) ^ encode(Secded{}, width, other)).count(),
                          4);
}

TEST(Tmr, IgnoresBitsThatTheNumberHasNot) {
    EXPECT_EQ(added_bits(Tmr{}, 8), 16);
    EXPECT_EQ(added_bits(Tmr{1U << 30U}, 8), 0);
    EXPECT_EQ(added_bits(Tmr{1U << 30U}, 32), 2);
    EXPECT_EQ(added_bits(Tmr{}, 32), 64);
}

TEST(Tmr, KeepsCopiesAboveTheNumberTheFirstOnesFirst) {
    EXPECT_EQ(encode(Tmr{0b1001}, 4, 0b1000), Bits(0b10101000));
    EXPECT_EQ(encode(Tmr{0b1001}, 4, 0b0001), Bits(0b01010001));
}

}  // namespace
}  // namespace faultline::fault
