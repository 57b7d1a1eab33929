#include <faultline/fault/bits.h>
#include <gtest/gtest.h>

#include <bitset>

namespace faultline::fault {
namespace {

using Model = std::bitset<Bits::limit>;

Model model(const Bits& bits) { return Model(bits.high()) << 64 | Model(bits.low()); }

constexpr Bits examples[] = {{},
                             1,
                             {0, 1},
                             {0x8000000000000000, 1},
                             {0x0123456789abcdef, 0xfedcba9876543210},
                             ~Bits(),
                             Bits::lowest(96)};

TEST(Bits, AreASetAsTheStandardOneIs) {
    for (const auto& one : examples) {
        EXPECT_EQ(model(~one), ~model(one));
        EXPECT_EQ(one.count(), static_cast<int>(model(one).count()));
        EXPECT_EQ(one.any(), model(one).any());
        for (const auto& other : examples) {
            EXPECT_EQ(model(one & other), (model(one) & model(other)));
            EXPECT_EQ(model(one | other), (model(one) | model(other)));
            EXPECT_EQ(model(one ^ other), (model(one) ^ model(other)));
            EXPECT_EQ(one == other, model(one) == model(other));
        }
        for (int by = 0; by < Bits::limit; ++by) {
            EXPECT_EQ(model(one << by), model(one) << static_cast<std::size_t>(by)) << by;
            EXPECT_EQ(model(one >> by), model(one) >> static_cast<std::size_t>(by)) << by;
            EXPECT_EQ(one.test(by), model(one).test(static_cast<std::size_t>(by))) << by;
        }
    }
}

TEST(Bits, KnowTheirEnds) {
    EXPECT_EQ(Bits().first(), Bits::limit);
    EXPECT_EQ(Bits().width(), 0);
    for (int bit = 0; bit < Bits::limit; ++bit) {
        EXPECT_EQ(Bits::single(bit).first(), bit);
        EXPECT_EQ(Bits::single(bit).width(), bit + 1);
        EXPECT_EQ(Bits::lowest(bit).count(), bit);
        EXPECT_EQ(Bits::lowest(bit).width(), bit);
    }
    EXPECT_EQ(Bits::lowest(Bits::limit), ~Bits());
}

}  // namespace
}  // namespace faultline::fault
