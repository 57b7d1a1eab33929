#include <faultline/core/options.h>

#include <limits>

#include "message.h"

namespace faultline::core {
namespace {

/// Sets `option` as a flag with this text would.
void give(const Option& option, const std::string& text) { option.write(option.from_text(text)); }

std::string text_refused(const Option& option, const std::string& text) {
    return message_of(Fault::usage, [&] { option.from_text(text); });
}

std::string json_refused(const Option& option, const std::string& json) {
    return message_of(Fault::usage, [&] { option.write(parse_json(json, "here")); });
}

TEST(Option, TheFlagIsTheKeyWithDashes) {
    int field = 0;
    EXPECT_EQ(option("bits_per_error", field, "").flag(), "--bits-per-error");
}

TEST(Option, AWholeNumberIsTheWholeText) {
    int field = 7;
    const auto runs = option("runs", field, "", {1, 1000});
    give(runs, "60");
    EXPECT_EQ(field, 60);
    for (const auto* text : {"", " 60", "60 ", "6e1", "60.0", "0x3c", "+60", "sixty", "60,61", "-",
                             "true", "null", "99999999999999999999"}) {
        EXPECT_TRUE(contains(text_refused(runs, text), "from 1 to 1000")) << text;
    }
    EXPECT_EQ(field, 60) << "a refused value was written";
}

TEST(Option, BothEndsBelongToTheRange) {
    int field = 7;
    const auto bit = option("bit", field, "", {0, 31});
    for (const int value : {0, 31}) {
        bit.write(value);
        EXPECT_EQ(field, value);
    }
    for (const int value : {-1, 32}) {
        const auto message = message_of(Fault::usage, [&] { bit.write(value); });
        EXPECT_EQ(message, "bit: " + std::to_string(value) + " is not a whole number from 0 to 31");
    }
}

TEST(Option, SixtyFourBitNumbersSurvive) {
    std::uint64_t seed = 0;
    std::int64_t offset = 0;
    for (const auto* text : {"1234567890123456789", "18446744073709551615", "0"}) {
        give(option("seed", seed, ""), text);
        EXPECT_EQ(std::to_string(seed), text);
        option("seed", seed, "").write(parse_json(text, "here"));
        EXPECT_EQ(std::to_string(seed), text);
        EXPECT_EQ(option("seed", seed, "").read().dump(), text);
    }
    give(option("offset", offset, ""), "-9223372036854775808");
    EXPECT_EQ(offset, std::numeric_limits<std::int64_t>::min());
    text_refused(option("seed", seed, ""), "18446744073709551616");
    text_refused(option("seed", seed, ""), "-1");
    text_refused(option("offset", offset, ""), "9223372036854775808");
}

TEST(Option, TheTypeInJsonMustFit) {
    bool flag = true;
    int number = 1;
    double share = 0.5;
    std::string name = "x";
    for (const auto* json : {"1", "\"true\"", "null", "[]"}) {
        json_refused(option("flag", flag, ""), json);
    }
    for (const auto* json : {"5.0", "true", "\"5\"", "null", "[5]", "1e2"}) {
        json_refused(option("number", number, ""), json);
    }
    for (const auto* json : {"true", "\"0.5\"", "null", "{}"}) {
        json_refused(option("share", share, ""), json);
    }
    for (const auto* json : {"5", "true", "null", "[\"x\"]"}) {
        json_refused(option("name", name, "", "NAME"), json);
    }
    EXPECT_TRUE(flag) << "what is refused changes nothing";
    EXPECT_EQ(number, 1);
    EXPECT_EQ(share, 0.5);
    EXPECT_EQ(name, "x");
}

TEST(Option, ARealNumberIsFiniteAndInRange) {
    double share = 0;
    const auto rate = option("rate", share, "", {0.0, 1.0});
    give(rate, "1e-6");
    EXPECT_EQ(share, 1e-6);
    rate.write(1);
    EXPECT_EQ(share, 1.0);
    for (const auto* text : {"nan", "inf", "-inf", "1.5", "-0.1", "1e999", "0.5x", "", "1,0"}) {
        EXPECT_TRUE(contains(text_refused(rate, text), "from 0 to 1")) << text;
    }
    message_of(Fault::usage, [&] { rate.write(std::numeric_limits<double>::quiet_NaN()); });
    const auto message = text_refused(option("x", share, ""), "nan");
    EXPECT_EQ(message, "x: \"nan\" is not a finite number");
    EXPECT_TRUE(contains(text_refused(option("x", share, "", {.low = 2.5}), "1"), "at least 2.5"));
}

TEST(Option, ASwitchIsTrueOrFalse) {
    bool field = false;
    const auto verify = option("verify", field, "");
    EXPECT_TRUE(verify.value_name.empty());
    give(verify, "true");
    EXPECT_TRUE(field);
    give(verify, "false");
    EXPECT_FALSE(field);
    text_refused(verify, "yes");
}

TEST(Option, AnAbsentValueIsNoneAndNull) {
    std::optional<int> limit = 3;
    std::optional<double> margin;
    const auto limit_option = option("limit", limit, "", {1, 9});
    const auto margin_option = option("margin", margin, "");
    give(limit_option, "none");
    EXPECT_FALSE(limit);
    EXPECT_TRUE(limit_option.read().is_null());
    give(limit_option, "9");
    EXPECT_EQ(limit, 9);
    EXPECT_TRUE(contains(text_refused(limit_option, "10"), "from 1 to 9 or none"));
    give(margin_option, "0.25");
    EXPECT_EQ(margin_option.read(), 0.25);
    margin_option.write(nullptr);
    EXPECT_FALSE(margin);
    text_refused(margin_option, "nan");
}

TEST(Option, ListsAreSeparatedByCommas) {
    std::vector<std::string> names;
    std::vector<double> means;
    const auto names_option = option("layers", names, "", "NAME,...");
    const auto means_option = option("mean", means, "", 3);
    give(names_option, "conv1,features.3,conv1");
    EXPECT_EQ(names, (std::vector<std::string>{"conv1", "features.3", "conv1"}));
    give(names_option, "");
    EXPECT_TRUE(names.empty());
    text_refused(names_option, "a,,b");
    json_refused(names_option, "\"a\"");
    json_refused(names_option, "[\"a\", 1]");
    give(means_option, "0.5,-1,2e3");
    EXPECT_EQ(means, (std::vector<double>{0.5, -1, 2000}));
    EXPECT_TRUE(contains(text_refused(means_option, "1,2"), "3 numbers"));
    text_refused(means_option, "1,2,nan");
    json_refused(means_option, "[1, 2, \"3\"]");
}

TEST(Option, WholeNumbersComeInRangesAndKeepOrderAndRepeats) {
    std::vector<int> bits;
    const auto option_bits = option("bits", bits, "", {-5, 31});
    give(option_bits, "30,0-3,30,-5--3");
    EXPECT_EQ(bits, (std::vector<int>{30, 0, 1, 2, 3, 30, -5, -4, -3}));
    option_bits.write(parse_json(R"([7, "1-2,5", 7])", "here"));
    EXPECT_EQ(bits, (std::vector<int>{7, 1, 2, 5, 7}));
    option_bits.write("8-9");
    EXPECT_EQ(bits, (std::vector<int>{8, 9}));
    EXPECT_EQ(option_bits.read().dump(), "[8,9]");
    for (const auto* text : {"3-1", "1-", "-", "1-2-3", "0-32", "1,,2", "1, 2", "1..3", ","}) {
        EXPECT_TRUE(contains(text_refused(option_bits, text), "bits: ")) << text;
    }
    for (const auto* json : {"3", "[1.0]", "[true]", "[[1]]", "[null]"}) {
        json_refused(option_bits, json);
    }
    std::vector<int> counts;
    const auto option_counts = option("counts", counts, "");
    text_refused(option_counts, "0-2147483647");
    give(option_counts, "1-50000,1-50000");
    EXPECT_EQ(counts.size(), 100'000U);
    EXPECT_TRUE(contains(text_refused(option_counts, "1-50000,1-50000,1"), "at most 100000"));
}

enum class Colour { red, green = 5 };

TEST(Option, AClosedSetIsReadByName) {
    auto field = Colour::red;
    const auto colour = option("colour", field, "",
                               {std::pair<std::string, Colour>{"red", Colour::red},
                                std::pair<std::string, Colour>{"green", Colour::green}});
    EXPECT_EQ(colour.value_name, "red|green");
    give(colour, "green");
    EXPECT_EQ(field, Colour::green);
    EXPECT_EQ(colour.read(), "green");
    EXPECT_EQ(text_refused(colour, "gren"),
              "colour: \"gren\" is not one of red, green; did you mean 'green'?");
    EXPECT_FALSE(contains(text_refused(colour, "blue"), "did you mean"));
    json_refused(colour, "5");
}

/// Every kind of option, over values of its own.
struct Every {
    bool flag = true;
    std::string text = "x";
    int small = -3;
    std::int64_t large = -5'000'000'000;
    std::uint64_t seed = 9;
    double share = 0.1;
    std::optional<int> count;
    std::optional<double> margin = 0.25;
    std::vector<std::string> names = {"a", "b"};
    std::vector<double> means = {0.485, 0.456};
    std::vector<int> bits = {3, 1, 3};
    Colour colour = Colour::green;

    std::vector<Option> options() {
        return {option("flag", flag, ""),
                option("text", text, "", "TEXT"),
                option("small", small, ""),
                option("large", large, ""),
                option("seed", seed, ""),
                option("share", share, ""),
                option("count", count, ""),
                option("margin", margin, ""),
                option("names", names, "", "NAME,..."),
                option("means", means, ""),
                option("bits", bits, ""),
                option("colour", colour, "",
                       {std::pair<std::string, Colour>{"red", Colour::red},
                        std::pair<std::string, Colour>{"green", Colour::green}})};
    }
};

TEST(Option, WhatWasReadIsWrittenBack) {
    Every one;
    for (auto& each : one.options()) {
        const auto before = each.read();
        each.write(before);
        EXPECT_EQ(each.read(), before) << each.key;
    }
}

TEST(Option, TheEchoOfOneGivesAnotherTheSameValue) {
    Every one;
    Every other{.flag = false,
                .text = "",
                .small = 0,
                .large = 0,
                .seed = 0,
                .share = 0,
                .count = 1,
                .margin = {},
                .names = {},
                .means = {},
                .bits = {},
                .colour = {}};
    const auto from = one.options();
    const auto to = other.options();
    for (std::size_t i = 0; i < from.size(); ++i) {
        EXPECT_NE(to[i].read(), from[i].read()) << from[i].key;
        to[i].write(from[i].read());
        EXPECT_EQ(to[i].read(), from[i].read()) << from[i].key;
    }
}

TEST(Option, EveryRefusalNamesTheKeyAndWritesNothing) {
    Every every;
    for (auto& each : every.options()) {
        const auto before = each.read();
        const auto object = message_of(Fault::usage, [&] { each.write(Json::object()); });
        EXPECT_TRUE(object.starts_with(each.key + ": {} is not ")) << object;
        EXPECT_EQ(each.read(), before);
        if (each.key == "text" || each.key == "names") continue;  // any text will do
        const auto text = text_refused(each, "nonsense");
        EXPECT_TRUE(text.starts_with(each.key + ": ")) << text;
        EXPECT_TRUE(contains(text, "nonsense")) << text;
    }
}

TEST(Option, ARefusedValueIsShownShortAndPrintable) {
    int field = 0;
    const auto message = text_refused(option("n", field, ""), std::string(100'000, 'x') + "\xff\n");
    EXPECT_LT(message.size(), 300U);
}

}  // namespace
}  // namespace faultline::core
