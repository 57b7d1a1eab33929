#include <faultline/campaign/gate.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <faultline/core/error.h>
#include <string>

namespace faultline::campaign {
namespace {

using testing::HasSubstr;

Gate parse(const std::string& expression) { return parse_gate(expression, "--gate"); }

/// What is said of a wrong expression: the message, then the excerpt.
std::string refusal(const std::string& expression) {
    try {
        parse(expression);
    } catch (const core::SyntaxError& error) {
        EXPECT_EQ(error.fault(), core::Fault::usage);
        return std::string(error.what()) + "\n" + error.excerpt();
    }
    ADD_FAILURE() << "not refused: " << expression;
    return "";
}

/// Where the caret stands below the expression.
std::size_t caret(const std::string& expression) {
    const auto text = refusal(expression);
    const auto line = text.rfind('\n') + 1;
    EXPECT_EQ(text.substr(text.find('\n') + 1, expression.size() + 2), "  " + expression);
    return text.find('^', line) - line - 2;
}

TEST(Gate, IsReadFromItsParts) {
    const auto gate = parse("indexed/float32/bit=30 top1.low >= 0.50");
    EXPECT_EQ(gate.key, "indexed/float32/bit=30");
    EXPECT_EQ(gate.statistic, "top1");
    EXPECT_EQ(gate.end, "low");
    EXPECT_FALSE(gate.end_is_implied);
    EXPECT_EQ(gate.comparison, Gate::Comparison::at_least);
    EXPECT_EQ(gate.bound, 0.5);
}

TEST(Gate, NeedsNoBlanksAroundTheComparisonAndMindsNoneTooMany) {
    const auto tight = parse("a top1.low>=0.5");
    const auto wide = parse("  a \t top1.low  >=  0.5  ");
    EXPECT_EQ(tight.bound, wide.bound);
    EXPECT_EQ(tight.key, wide.key);
    EXPECT_EQ(tight.comparison, wide.comparison);
}

TEST(Gate, WithoutAnEndBoundsTheUnfavourableOneOfTheInterval) {
    for (const std::string lower : {">=", ">"})
        EXPECT_EQ(parse("a top1 " + lower + " 0.5").end, "low");
    for (const std::string upper : {"<=", "<"})
        EXPECT_EQ(parse("a paired_drop " + upper + " 0.5").end, "high");
    EXPECT_TRUE(parse("a critical < 0.01").end_is_implied);
}

TEST(Gate, OfAStatisticWithoutIntervalNeedsItsMean) {
    EXPECT_THAT(refusal("a top5 >= 0.5"), HasSubstr("top5 has no interval; say top5.mean"));
    EXPECT_THAT(refusal("a drop_per_error < 0.5"), HasSubstr("say drop_per_error.mean"));
    EXPECT_EQ(caret("a top5 >= 0.5"), 6U);
    EXPECT_EQ(parse("a top5.mean >= 0.5").end, "mean");
}

TEST(Gate, KnowsEveryStatisticAndEnd) {
    for (const auto& statistic : statistic_names())
        for (const std::string end : {"low", "high", "mean", "min", "max", "sd", "image_sd", "p05",
                                      "p25", "p50", "p75", "p95"})
            EXPECT_EQ(parse("a " + statistic + "." + end + " < 0.5").statistic, statistic);
}

TEST(Gate, InQuotesHasBlanksInItsKey) {
    const auto gate = parse("\"layer/float32/my layer=1\" top1.mean > 0.1");
    EXPECT_EQ(gate.key, "layer/float32/my layer=1");
    EXPECT_TRUE(covers(gate, "layer/float32/my layer=1"));
    EXPECT_EQ(caret("\"layer top1 > 0.1"), 0U);
    EXPECT_EQ(caret(" \"\" top1 > 0.1"), 1U);
}

TEST(Gate, CoversKeysByPatternAcrossSlashes) {
    EXPECT_TRUE(covers(parse("full/*/errors=50 top1 > 0"), "full/float32/errors=50"));
    EXPECT_FALSE(covers(parse("full/*/errors=50 top1 > 0"), "full/float32/errors=5"));
    EXPECT_TRUE(covers(parse("* top1 > 0"), "layer/fixed8/features.3.squeeze"));
    EXPECT_TRUE(covers(parse("*/bit=3? top1 > 0"), "indexed/float32/bit=30"));
    EXPECT_TRUE(covers(parse("layer/a[0] top1 > 0"), "layer/a[0]")) << "as it is written";
}

TEST(Gate, KeepsItsBoundOrNot) {
    const auto at = [](const std::string& sign) {
        const auto gate = parse("a top1.mean " + sign + " 0.5");
        return std::string(keeps(gate, 0.4) ? "y" : "n") + (keeps(gate, 0.5) ? "y" : "n") +
               (keeps(gate, 0.6) ? "y" : "n");
    };
    EXPECT_EQ(at(">="), "nyy");
    EXPECT_EQ(at(">"), "nny");
    EXPECT_EQ(at("<="), "yyn");
    EXPECT_EQ(at("<"), "ynn");
    for (const std::string text : {">=", ">", "<=", "<"})
        EXPECT_EQ(sign(parse("a top1.mean " + text + " 0.5").comparison), text);
}

TEST(Gate, ThatCannotBeReadShowsThePlace) {
    EXPECT_EQ(caret(""), 0U);
    EXPECT_EQ(caret("a"), 1U);
    EXPECT_EQ(caret("a >= 0.5"), 2U);
    EXPECT_EQ(caret("a top2 >= 0.5"), 2U);
    EXPECT_EQ(caret("a top1.lov >= 0.5"), 7U);
    EXPECT_EQ(caret("a top1. >= 0.5"), 7U);
    EXPECT_EQ(caret("a top1 = 0.5"), 7U);
    EXPECT_EQ(caret("a top1 >="), 9U);
    EXPECT_EQ(caret("a top1 >= half"), 10U);
    EXPECT_EQ(caret("a top1 >= nan"), 10U);
    EXPECT_EQ(caret("a top1 >= 0.5 or so"), 14U);
    EXPECT_EQ(caret("a top1 >= 50"), 10U);
    EXPECT_EQ(caret("a top1 >= -0.1"), 10U);
}

TEST(Gate, ThatCannotBeReadIsQuotedWithWhatIsMeant) {
    EXPECT_THAT(refusal("a top2 >= 0.5"), HasSubstr("--gate: 'a top2 >= 0.5': no statistic 'top2'; "
                                                    "did you mean top1?"));
    EXPECT_THAT(refusal("a top1.lov > 0"), HasSubstr("did you mean low?"));
    EXPECT_THAT(refusal("a top1 => 0.5"), HasSubstr("one of >=, >, <=, < belongs here"));
    EXPECT_THAT(refusal("a top1 >= 50"), HasSubstr("top1 lies in [0, 1]: shares, not per cent"));
    EXPECT_THAT(refusal("a top1 >= 0.5%"), HasSubstr("should end here"));
}

TEST(Gate, TakesChangesBelowZero) {
    EXPECT_EQ(parse("a top1_change.low >= -0.02").bound, -0.02);
    EXPECT_TRUE(is_of_comparison("top1_change"));
    EXPECT_FALSE(is_of_comparison("top1"));
}

TEST(Excerpt, OfALongLineIsThePartAroundThePlace) {
    const core::SyntaxError error("wrong", std::string(500, 'x') + "HERE" + std::string(500, 'y'),
                                  500);
    const auto text = error.excerpt();
    const auto line = text.substr(0, text.find('\n'));
    EXPECT_LT(line.size(), 80U);
    EXPECT_EQ(line.find("HERE"), text.find('^') - line.size() - 1);
}

TEST(Excerpt, CountsCharactersAndObeysNone) {
    const core::SyntaxError error("wrong", "\xC3\xA4\x1B[2J?", 2);
    EXPECT_EQ(error.excerpt(), "  \xC3\xA4?[2J?\n   ^");
}

}  // namespace
}  // namespace faultline::campaign
