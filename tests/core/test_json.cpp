#include <faultline/core/files.h>
#include <faultline/core/json.h>

#include <faultline/core/random.h>
#include <bit>
#include <cmath>

#include "message.h"
#include "support/folder.h"

namespace faultline::core {
namespace {

std::string complaint(const std::string& text) {
    return message_of(Fault::usage, [&] { parse_json(text, "config.json"); });
}

TEST(Json, KeysKeepTheirOrder) {
    const auto json = parse_json(R"({"b": 1, "a": {"z": 2, "y": [3, null]}})", "here");
    EXPECT_EQ(json.dump(), R"({"b":1,"a":{"z":2,"y":[3,null]}})");
}

TEST(Json, CommentsAreAllowed) {
    EXPECT_EQ(parse_json("// why\n{\"a\": 1 /* and how */}", "here").dump(), R"({"a":1})");
}

TEST(Json, AMistakeIsFoundByLineAndColumn) {
    const auto message = complaint("{\n  \"a\": 1,\n  \"b\": }");
    EXPECT_TRUE(contains(message, "config.json")) << message;
    EXPECT_TRUE(contains(message, "line 3, column 8")) << message;
    EXPECT_FALSE(contains(message, "exception")) << message;
}

TEST(Json, EveryBrokenTextIsRefused) {
    const std::string whole = R"({"a": [1, 2.5, "x", true, null], "b": {"c": "d"}})";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(complaint(whole.substr(0, size)).empty()) << size;
    }
    for (const auto* text : {"{} {}", "{}]", "NaN", "[1e999]", "\"\xff\"", "{\"a\": 01}", "[1,]"}) {
        EXPECT_FALSE(complaint(text).empty()) << text;
    }
}

TEST(Json, AKeyGivenTwiceIsRefusedByName) {
    EXPECT_TRUE(
        contains(complaint(R"({"a": {"runs": 1, "x": {"runs": 2}, "runs": 3}})"), "'runs'"));
    EXPECT_TRUE(contains(complaint(R"([{"a": 1, "\u0061": 2}])"), "'a'"));
    EXPECT_NO_THROW(parse_json(R"([{"a": 1}, {"a": 2}, {"b": {"a": 3}, "a": 4}])", "here"));
}

TEST(Json, NestingEndsAtSixtyFourLevels) {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    EXPECT_NO_THROW(parse_json(nested(64), "here"));
    EXPECT_TRUE(contains(complaint(nested(65)), "64"));
    EXPECT_TRUE(contains(complaint(nested(1'000'000)), "64"));
    std::string objects;
    for (int depth = 0; depth < 65; ++depth) objects += "{\"a\":";
    EXPECT_TRUE(contains(complaint(objects), "64"));
}

TEST(Json, AnObjectEndsAtTenThousandKeys) {
    const auto object = [](int count) {
        std::string text = "{\"k\": {";
        for (int k = 0; k < count; ++k) text += (k > 0 ? ",\"" : "\"") + std::to_string(k) + "\":0";
        return text + "}}";
    };
    EXPECT_EQ(parse_json(object(10'000), "here")["k"].size(), 10'000U);
    EXPECT_TRUE(contains(complaint(object(10'001)), "config.json: an object has more than 10000"));
}

TEST(Json, LargeIntegersStayExact) {
    const auto json = parse_json("[18446744073709551615, -9223372036854775808]", "here");
    EXPECT_EQ(json[0].get<std::uint64_t>(), 18446744073709551615U);
    EXPECT_EQ(json[1].get<std::int64_t>(), std::numeric_limits<std::int64_t>::min());
}

TEST(Json, PrintedDoublesReadBackTheSame) {
    for (std::uint32_t draw = 0; draw < 10'000; ++draw) {
        const auto number = std::bit_cast<double>(random_words({.seed = 3, .draw = draw})[0]);
        if (!std::isfinite(number)) continue;
        const auto back = parse_json(to_text(number), "here").get<double>();
        EXPECT_EQ(std::bit_cast<std::uint64_t>(back), std::bit_cast<std::uint64_t>(number));
    }
}

TEST(Json, TextIsIndentedAndEndsItsLine) {
    EXPECT_EQ(to_text(Json{{"a", {1, 2}}}), "{\n \"a\": [\n  1,\n  2\n ]\n}\n");
}

TEST(Json, BytesThatAreNotUtf8AreReplaced) {
    EXPECT_EQ(to_text(Json("caf\xe9.jpg")), "\"caf\xef\xbf\xbd.jpg\"\n");
}

TEST(Json, AFileIsReadUnderItsLimitAndNamed) {
    const TemporaryFolder folder;
    write_file(folder.path / "config.json", "{\"a\": 1}");
    EXPECT_EQ(read_json(folder.path / "config.json")["a"], 1);
    message_of(Fault::input, [&] { read_json(folder.path / "config.json", 7); });
    write_file(folder.path / "broken.json", "{");
    std::filesystem::resize_file(folder.path / "config.json", (16U << 20U) + 1);
    message_of(Fault::input, [&] { read_json(folder.path / "config.json"); });
    const auto message = message_of(Fault::usage, [&] { read_json(folder.path / "broken.json"); });
    EXPECT_TRUE(contains(message, "broken.json")) << message;
}

}  // namespace
}  // namespace faultline::core
