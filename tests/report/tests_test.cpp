#include <faultline/report/comparison.h>
#include <faultline/report/tests.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace faultline::report {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Junit, CountsTestsAndFailures) {
    const auto text = junit("faultline run", std::vector<TestCase>{{"gate", "a", "well", true},
                                                                   {"point", "b", "ill", false}});
    EXPECT_THAT(text, HasSubstr("<testsuite name=\"faultline run\" tests=\"2\" failures=\"1\""));
    EXPECT_THAT(text, HasSubstr("<testcase classname=\"faultline run.gate\" name=\"a\">"
                                "<system-out>well</system-out></testcase>"));
    EXPECT_THAT(text, HasSubstr("<testcase classname=\"faultline run.point\" name=\"b\">"
                                "<failure message=\"ill\"/></testcase>"));
}

TEST(Junit, EscapesWhateverANameHolds) {
    const std::string hostile = "]]><&\"'\x01\x1B\n\xFF\xEF\xBF\xBF</testcase>";
    const auto text = junit("s", std::vector<TestCase>{{"gate", hostile, hostile, false}});
    const std::string shown = "]]&gt;&lt;&amp;&quot;'?? \xEF\xBF\xBD?&lt;/testcase&gt;";
    EXPECT_THAT(text, HasSubstr("name=\"" + shown + "\""));
    EXPECT_THAT(text, HasSubstr("message=\"" + shown + "\""));
    EXPECT_EQ(std::count(text.begin(), text.end(), '<'), 1 + 2 * 2 + 2 + 1);
}

TEST(Markdown, HasFailuresFirstAndNoMarkupInItsCells) {
    const auto text = markdown("t", std::vector<TestCase>{{"gate", "good", "", true},
                                                          {"gate", "a|b*c\n`d`", "<b>", false}});
    EXPECT_THAT(text, HasSubstr("1 of 2 checks failed."));
    EXPECT_THAT(text, HasSubstr("| **fail** | gate | a\\|b\\*c \\`d\\` | \\<b\\> |\n"
                                "| pass | gate | good |  |\n"));
}

ComparisonInputs inputs(std::size_t points) {
    ComparisonInputs inputs{.base = {"a/result.json", "", 8, {}},
                            .changed = {"b/result.json", "", 8, {"full/float32/errors=7"}}};
    inputs.why_unpaired = "other faults: seed 2, was 1";
    std::vector<campaign::PointPair> pairs;
    for (std::size_t point = 0; point < points; ++point) {
        const std::vector<std::int64_t> base(8, 90), changed(8, 90 - 5 * (point == 3));
        pairs.push_back(
            {"full/float32/errors=" + std::to_string(point), 100, base, changed, false});
    }
    inputs.comparison = campaign::compare(pairs, {{"float32", 100, 90, 0, 0}}, {});
    return inputs;
}

TEST(ComparisonText, HasTheWorstFirstAndTheRestCounted) {
    const auto text = comparison_text(inputs(30));
    EXPECT_THAT(text, HasSubstr("base: a/result.json, 8 runs\nnew:  b/result.json, 8 runs\n"));
    EXPECT_THAT(text, HasSubstr("unpaired: all points (other faults: seed 2, was 1)"));
    EXPECT_THAT(text, HasSubstr("p of 31 tests corrected by Holm"));
    EXPECT_THAT(text, HasSubstr("only in new, not compared: 1 point (full/float32/errors=7)"));
    EXPECT_THAT(text, HasSubstr("Holm\nfull/float32/errors=3"));
    EXPECT_THAT(text, HasSubstr("worse\n"));
    EXPECT_THAT(text, HasSubstr("... and 11 points more\n"));
    EXPECT_THAT(text, HasSubstr("regression: 1 point significantly worse\n"));
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 32);
    EXPECT_THAT(text, Not(HasSubstr("too few runs")));
}

TEST(ComparisonText, SaysWhenNothingCouldHaveBeenFound) {
    const auto text = comparison_text(inputs(2000));
    EXPECT_THAT(text, HasSubstr("too few runs: the smallest p they can come to is 0.00016"));
    EXPECT_THAT(text, HasSubstr("no regression: 0 points significantly worse\n"));
}

TEST(ComparisonTests, FailWhereItIsWorse) {
    auto compared = inputs(5);
    const auto failures = [&] {
        const auto cases = comparison_tests(compared);
        EXPECT_EQ(cases.size(), 6U);
        return std::count_if(cases.begin(), cases.end(), [](const auto& c) { return !c.pass; });
    };
    EXPECT_EQ(failures(), 1);
    EXPECT_FALSE(compared.passes());
    compared.gates_only = true;
    EXPECT_EQ(failures(), 0);
    EXPECT_TRUE(compared.passes());
}

TEST(ComparisonJson, HasEveryChange) {
    const auto json = comparison_json(inputs(5));
    EXPECT_EQ(json["kind"], "comparison");
    EXPECT_EQ(json["pass"], false);
    EXPECT_EQ(json["correction"], "holm");
    ASSERT_EQ(json["points"].size(), 5U);
    EXPECT_EQ(json["points"][3]["finding"], "worse");
    EXPECT_NEAR(json["points"][3]["top1_change"]["mean"].get<double>(), -0.05, 1e-12);
    EXPECT_EQ(json["golden"][0]["finding"], "no evidence");
    EXPECT_EQ(json["least_p"], nullptr);
    EXPECT_EQ(json["new"]["own_points"], core::Json::array({"full/float32/errors=7"}));
}

}  // namespace
}  // namespace faultline::report
