#include <faultline/core/error.h>
#include <faultline/number/format.h>
#include <gtest/gtest.h>

#include "core/message.h"
#include "number/fixed_point_samples.h"

namespace faultline::number {
namespace {

std::string refusal(const std::string& text) {
    return message_of(core::Fault::usage, [&] { parse(text); });
}

TEST(Format, IsReadBackFromItsName) {
    const Format format = Float32{};
    EXPECT_EQ(name(format), "float32");
    EXPECT_EQ(parse("float32"), FormatRequest(Float32{}));
    for (const auto& fixed : formats(1, 24)) {
        EXPECT_EQ(parse(name(Format(fixed))), FormatRequest(fixed));
        const FormatRequest dynamic =
            DynamicFixedPoint{.bit_count = fixed.bit_count(), .encoding = fixed.encoding()};
        EXPECT_EQ(parse(name(dynamic)), dynamic);
    }
}

TEST(Format, HasOneNameHoweverItWasWritten) {
    for (const auto& [written, canonical] : std::vector<std::pair<std::string, std::string>>{
             {"float32", "float32"},
             {"fixed8", "fixed8"},
             {"fixed8:dynamic", "fixed8"},
             {"fixed8:sign-magnitude", "fixed8:sign-magnitude"},
             {"fixed8:dynamic:sign-magnitude", "fixed8:sign-magnitude"},
             {"fixed8:sign-magnitude:dynamic", "fixed8:sign-magnitude"},
             {"fixed8:f7", "fixed8:f7"},
             {"fixed8:f-2", "fixed8:f-2"},
             {"fixed1:f11", "fixed1:f11"},
             {"fixed24:f0:sign-magnitude", "fixed24:f0:sign-magnitude"},
             {"fixed24:sign-magnitude:f0", "fixed24:f0:sign-magnitude"}}) {
        EXPECT_EQ(name(parse(written)), canonical);
    }
}

TEST(Format, SaysWhatItsNameSays) {
    const auto fixed = std::get<FixedPoint>(parse("fixed6:f-2:sign-magnitude"));
    EXPECT_EQ(fixed.bit_count(), 6);
    EXPECT_EQ(fixed.fraction_bits(), -2);
    EXPECT_EQ(fixed.encoding(), Encoding::sign_magnitude);
    EXPECT_EQ(std::get<FixedPoint>(parse("fixed6:f5")).encoding(), Encoding::twos_complement);
    EXPECT_EQ(std::get<DynamicFixedPoint>(parse("fixed16")).with_fraction(9),
              std::get<FixedPoint>(parse("fixed16:f9")));
}

TEST(Format, KnowsItsBits) {
    EXPECT_EQ(bit_count(parse("float32")), 32);
    EXPECT_EQ(bit_count(parse("fixed6")), 6);
    EXPECT_EQ(bit_count(parse("fixed7:f3")), 7);
    EXPECT_EQ(bit_count(Format(Float32{})), 32);
    const Format fixed = FixedPoint({.bit_count = 7, .fraction_bits = 3});
    EXPECT_EQ(bit_count(fixed), 7);
    EXPECT_EQ(role(fixed, 2), Role::fraction);
    EXPECT_EQ(role(fixed, 3), Role::integer);
    EXPECT_EQ(role(fixed, 6), Role::sign);
    EXPECT_EQ(role(Format(Float32{}), 6), Role::mantissa);
}

TEST(Format, AnUnknownNameIsToldWithThoseThereAre) {
    EXPECT_EQ(refusal("float23"),
              "format: 'float23' is not a number format; there are float32 and fixed1 to fixed24, "
              "as in fixed8 (a fraction for each tensor), fixed8:f7 (7 fraction bits) and "
              "fixed8:f7:sign-magnitude");
    for (const std::string text :
         {"", ":", "float32:f7", "Fixed8", "fixed", "fixed:f7", "fixed08", "fixed+8", "fixed8.0",
          "fixed8 ", "fixed8f7", "fixed99999999999", "f7:fixed8"}) {
        EXPECT_TRUE(contains(refusal(text), "'" + text + "' is not a number format; there are "));
    }
}

TEST(Format, APartThatDoesNotBelongIsNamed) {
    for (const std::string part : {"", "f", "f07", "f+7", "f-0", "f7.0", "F7", "7", "f99999999999",
                                   "Dynamic", "magnitude"}) {
        EXPECT_TRUE(contains(refusal("fixed8:" + part), ": '" + part + "' is unknown or ")) << part;
    }
    EXPECT_TRUE(contains(refusal("fixed8:f7:f6"), ": 'f6' is "));
    EXPECT_TRUE(contains(refusal("fixed8:f7:dynamic"), ": 'dynamic' is "));
    EXPECT_TRUE(contains(refusal("fixed8:dynamic:dynamic"), ": 'dynamic' is "));
    EXPECT_TRUE(contains(refusal("fixed8:dynamic:f7"), ": 'f7' is "));
    EXPECT_TRUE(
        contains(refusal("fixed8:sign-magnitude:sign-magnitude"), ": 'sign-magnitude' is "));
    EXPECT_TRUE(contains(refusal("fixed8:f7:"), ": '' is "));
}

TEST(Format, WidthsAndFractionsThereAreNoneOfAreRefused) {
    for (const std::string text : {"fixed0", "fixed-8", "fixed25", "fixed25:f7"}) {
        EXPECT_TRUE(contains(refusal(text), "'" + text + "' is ")) << text;
        EXPECT_TRUE(contains(refusal(text), "1 to 24 bits")) << text;
    }
    EXPECT_TRUE(contains(refusal("fixed8:f150"), "150 fraction bits"));
    EXPECT_TRUE(contains(refusal("fixed8:f-121"), "-120 to 149"));
    EXPECT_TRUE(contains(refusal("fixed8:f-122:sign-magnitude"), "-121 to 149"));
    EXPECT_TRUE(contains(refusal("fixed1:sign-magnitude"), "+0 and -0"));
}

}  // namespace
}  // namespace faultline::number
