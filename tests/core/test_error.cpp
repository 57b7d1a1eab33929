#include <faultline/core/error.h>
#include <gtest/gtest.h>

namespace faultline::core {
namespace {

TEST(Error, IsOneLineWhateverItQuotes) {
    const Error error(Fault::input, std::string("net\n\x1b[31m\tx\r\x7f\0y", 15) + "\xc3\xa9");
    EXPECT_STREQ(error.what(), "net ?[31m x ??y\xc3\xa9");
    EXPECT_EQ(error.fault(), Fault::input);
}

TEST(Error, OfALongMessageTheMiddleIsLeftOut) {
    const std::string fits(4000, 'x');
    EXPECT_EQ(one_line(fits), fits);
    const auto cut = one_line("labels.txt:1: '" + std::string(1'000'000, 'a') + "'; give layout");
    EXPECT_LE(cut.size(), 4000U);
    EXPECT_TRUE(cut.starts_with("labels.txt:1: 'aaa") && cut.ends_with("aaa'; give layout")) << cut;
    EXPECT_NE(cut.find("a ... a"), std::string::npos);
}

}  // namespace
}  // namespace faultline::core
