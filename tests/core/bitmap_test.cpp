#include <faultline/core/bitmap.h>
#include <faultline/core/error.h>
#include <gtest/gtest.h>

namespace faultline::core {
namespace {

TEST(Bitmap, HoldsBitIInByteIOverEight) {
    std::vector<bool> bits(10);
    bits[0] = bits[5] = bits[9] = true;
    EXPECT_EQ(to_hex(bits), "2102");
    EXPECT_EQ(to_hex({}), "");
}

TEST(Bitmap, ComesBackFromItsText) {
    for (std::size_t count = 0; count < 40; ++count) {
        std::vector<bool> bits(count);
        for (std::size_t i = 0; i < count; ++i) bits[i] = i * i % 3 == 1;
        EXPECT_EQ(bits_of(to_hex(bits), count), bits);
    }
}

TEST(Bitmap, IsRefusedWhereItIsNone) {
    for (const auto* text : {"2", "21", "210203", "21zz", "21-1"})
        EXPECT_THROW(bits_of(text, 10), Error) << text;
}

}  // namespace
}  // namespace faultline::core
