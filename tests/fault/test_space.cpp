#include <faultline/fault/space.h>
#include <gtest/gtest.h>

namespace faultline::fault {
namespace {

TEST(Space, SitesAreNumberedWithoutGapsInOrder) {
    const Space space({{.tensor = 4, .element_count = 3, .bit_count = 32},
                       {.tensor = 2, .element_count = 0, .bit_count = 32},
                       {.tensor = 0, .element_count = 5, .bit_count = 8},
                       {.tensor = 1, .element_count = 2, .bit_count = 1}});
    std::uint64_t number = 0;
    for (const auto& extent : space.extents()) {
        for (std::int64_t element = 0; element < extent.element_count; ++element) {
            for (int bit = 0; bit < extent.bit_count; ++bit, ++number) {
                const Site site{extent.tensor, element, bit};
                EXPECT_EQ(space.number(site), number);
                EXPECT_EQ(space.site(number), site);
            }
        }
    }
    EXPECT_EQ(number, space.site_count());
    EXPECT_EQ(space.element_count(), 10U);
}

TEST(Space, ElementsAreNumberedAcrossTensorsOfAnyWidth) {
    const Space space({{7, 2, 8}, {3, 0, 32}, {5, 3, 32}});
    EXPECT_EQ(space.word(0), (WeightWord{7, 0}));
    EXPECT_EQ(space.word(1), (WeightWord{7, 1}));
    EXPECT_EQ(space.word(2), (WeightWord{5, 0}));
    EXPECT_EQ(space.word(4), (WeightWord{5, 2}));
    EXPECT_EQ(space.bit_count(7), 8);
    EXPECT_EQ(space.bit_count(5), 32);
}

TEST(Space, WithoutElementsIsEmpty) {
    EXPECT_TRUE(Space({}).empty());
    EXPECT_TRUE(Space({{0, 0, 32}}).empty());
    EXPECT_FALSE(Space({{0, 1, 32}}).empty());
}

TEST(Space, CountsBeyondThirtyTwoBits) {
    const std::int64_t many = 5'000'000'000;
    const Space space({{0, many, 32}, {1, many, 32}});
    EXPECT_EQ(space.site_count(), 320'000'000'000U);
    const Site last{1, many - 1, 31};
    EXPECT_EQ(space.number(last), space.site_count() - 1);
    EXPECT_EQ(space.site(space.site_count() - 1), last);
}

TEST(Effect, OfATogglingErrorTurnsItsBitsAndNoOthers) {
    const Error error{.location = WeightWord{1, 2}, .mask = 0x80000001};
    const auto effect = fault::effect(error);
    EXPECT_EQ(effect.location, error.location);
    for (const std::uint32_t word : {0U, 0x3f800000U, 0xffffffffU}) {
        EXPECT_EQ(effect.apply(word), word ^ error.mask);
        EXPECT_EQ(effect.apply(effect.apply(word)), word);
    }
}

TEST(Effect, ClearsThenSetsThenToggles) {
    const Effect effect{.location = {}, .set = 0b0110, .clear = 0b0011, .toggle = 0b1100};
    EXPECT_EQ(effect.apply(0b1001), 0b0010U);
}

}  // namespace
}  // namespace faultline::fault
