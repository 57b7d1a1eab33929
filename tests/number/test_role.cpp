#include <faultline/number/role.h>
#include <gtest/gtest.h>

namespace faultline::number {
namespace {

TEST(Role, HasAName) {
    EXPECT_EQ(name(Role::mantissa), "mantissa");
    EXPECT_EQ(name(Role::exponent), "exponent");
    EXPECT_EQ(name(Role::sign), "sign");
    EXPECT_EQ(name(Role::integer), "integer");
    EXPECT_EQ(name(Role::fraction), "fraction");
}

}  // namespace
}  // namespace faultline::number
