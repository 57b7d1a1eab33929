#include <faultline/core/error.h>
#include <faultline/number/format.h>
#include <gtest/gtest.h>

namespace faultline::number {
namespace {

TEST(Format, IsReadBackFromItsName) {
    const Format format = Float32{};
    EXPECT_EQ(name(format), "float32");
    EXPECT_EQ(parse(name(format)), format);
    EXPECT_EQ(bit_count(format), 32);
}

TEST(Format, AnUnknownNameIsToldWithThoseThereAre) {
    try {
        parse("float23");
        FAIL() << "nothing was thrown";
    } catch (const core::Error& error) {
        EXPECT_EQ(error.fault(), core::Fault::usage);
        EXPECT_EQ(std::string(error.what()),
                  "format: 'float23' is not a number format; there is float32");
    }
}

}  // namespace
}  // namespace faultline::number
