#include <faultline/core/options.h>

#include "message.h"

namespace faultline::core {
namespace {

struct World {
    int runs = 60;
    std::uint64_t seed = 1;
    std::optional<double> margin;
    std::vector<int> bits = {1, 2};
    std::string model = "model.pt";
    bool verify = false;

    std::vector<Section> sections() {
        return {{"network", {option("model", model, "", "FILE")}},
                {"campaign",
                 {option("runs", runs, "", {1, 1000}), option("seed", seed, ""),
                  option("margin", margin, ""), option("bits", bits, "", {0, 31})}},
                {"evaluation", {option("verify", verify, "")}}};
    }
    void configure(const std::string& text) {
        apply(sections(), parse_json(text, "text"), "config.json");
    }
    std::string refused(const std::string& text) {
        return message_of(Fault::usage, [&] { configure(text); });
    }
};

TEST(Sections, AConfigSetsWhatItNamesAndNothingElse) {
    World world;
    world.configure(R"({"campaign": {"runs": 5, "bits": ["0-2"]}, "evaluation": {}})");
    EXPECT_EQ(world.runs, 5);
    EXPECT_EQ(world.bits, (std::vector<int>{0, 1, 2}));
    EXPECT_EQ(world.seed, 1U);
    EXPECT_EQ(world.model, "model.pt");
}

TEST(Sections, TheEchoAppliedAgainChangesNothing) {
    World world{
        .runs = 7, .seed = 1234567890123456789U, .margin = 0.1, .model = "x", .verify = true};
    const auto echo = values(world.sections());
    World other;
    apply(other.sections(), parse_json(to_text(echo), "echo"), "echo");
    EXPECT_EQ(values(other.sections()), echo);
    apply(world.sections(), echo, "echo");
    EXPECT_EQ(values(world.sections()), echo);
    EXPECT_EQ(echo.dump(),
              R"({"network":{"model":"x"},"campaign":{"runs":7,"seed":1234567890123456789,)"
              R"("margin":0.1,"bits":[1,2]},"evaluation":{"verify":true}})");
}

TEST(Sections, AKeyNobodyReadsIsAnErrorWithTheNearestName) {
    World world;
    EXPECT_EQ(world.refused(R"({"campaign": {"runz": 5}})"),
              "unknown key 'campaign.runz' in config.json; did you mean 'campaign.runs'?");
    EXPECT_EQ(world.refused(R"({"campain": {"runs": 5}})"),
              "unknown section 'campain' in config.json; did you mean 'campaign'?");
    EXPECT_EQ(world.refused(R"({"campaign": {"verify": true}})"),
              "unknown key 'campaign.verify' in config.json; did you mean 'evaluation.verify'?");
    EXPECT_EQ(world.refused(R"({"runs": 5})"),
              "unknown section 'runs' in config.json; did you mean 'campaign.runs'?");
    EXPECT_EQ(world.refused(R"({"campaign": {"colour": 5}})"),
              "unknown key 'campaign.colour' in config.json");
}

TEST(Sections, AValueThatDoesNotFitIsToldWithFileKeyAndRange) {
    World world;
    EXPECT_EQ(world.refused(R"({"campaign": {"runs": 0}})"),
              "config.json: campaign.runs: 0 is not a whole number from 1 to 1000");
    EXPECT_TRUE(contains(world.refused(R"({"campaign": 5})"), "section 'campaign' is number"));
    EXPECT_TRUE(contains(world.refused("[]"), "config.json: the config is array"));
    EXPECT_EQ(world.runs, 60);
}

TEST(Sections, OnePartMayDescribeItsSectionInTwoPlaces) {
    int one = 0;
    int two = 0;
    const std::vector<Section> sections = {{"campaign", {option("one", one, "")}},
                                           {"campaign", {option("two", two, "")}}};
    apply(sections, parse_json(R"({"campaign": {"two": 2, "one": 1}})", ""), "");
    EXPECT_EQ(values(sections).dump(), R"({"campaign":{"one":1,"two":2}})");
}

TEST(Nearest, FindsSlipsAndLeavesStrangersAlone) {
    const std::vector<std::string> words = {"runs", "seed", "bits_per_error", "bits_pattern"};
    EXPECT_EQ(nearest("runz", words), "runs");
    EXPECT_EQ(nearest("rusn", words), "runs");
    EXPECT_EQ(nearest("seeds", words), "seed");
    EXPECT_EQ(nearest("bit_per_eror", words), "bits_per_error");
    EXPECT_EQ(nearest("runs", words), "runs");
    EXPECT_EQ(nearest("", words), "");
    EXPECT_EQ(nearest("colour", words), "");
    EXPECT_EQ(nearest("runs", {}), "");
}

}  // namespace
}  // namespace faultline::core
