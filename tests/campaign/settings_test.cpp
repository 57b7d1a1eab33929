#include <gtest/gtest.h>

#include <faultline/campaign/settings.h>
#include <array>
#include <filesystem>

#include "small_network.h"

namespace faultline::campaign {
namespace {

core::Json echo(Settings& settings) { return core::values(std::array{options(settings)}); }

void apply(Settings& settings, const core::Json& campaign) {
    core::apply(std::array{options(settings)}, {{"campaign", campaign}}, "test");
}

TEST(Settings, MeasureFiftyErrorCountsInSixtyRunsByDefault) {
    const Settings settings;
    EXPECT_EQ(settings.runs, 60);
    ASSERT_EQ(settings.errors.size(), 50U);
    EXPECT_EQ(settings.errors.front(), 1);
    EXPECT_EQ(settings.errors.back(), 50);
}

TEST(Settings, ReadBackWhatTheirEchoSays) {
    for (const std::string compat : {"none", "paper"}) {
        Settings settings, again;
        apply(settings, {{"compat", compat},
                         {"test", "layer"},
                         {"seed", 18446744073709551615U},
                         {"rate", 1e-7},
                         {"roles", {"bias"}},
                         {"bits_pattern", "adjacent"},
                         {"policy", "rate"}});
        core::apply(std::array{options(again)}, echo(settings), "echo");
        EXPECT_EQ(echo(again), echo(settings));
        core::apply(std::array{options(again)}, echo(settings), "echo");
        EXPECT_EQ(echo(again), echo(settings));
    }
}

TEST(Settings, OfThePaperAreItsCheckpointsWeightsOnlyAndReplacement) {
    Settings settings;
    apply(settings, {{"compat", "paper"}});
    EXPECT_EQ(settings.errors,
              (std::vector{0, 1, 5, 10, 50, 60, 70, 80, 90, 100, 200, 300, 400, 500}));
    EXPECT_EQ(settings.roles, std::vector<std::string>{"weight"});
    EXPECT_TRUE(settings.replacement);
    EXPECT_EQ(settings.runs, 60);
}

TEST(Settings, AfterCompatCanBeSetOneByOne) {
    Settings settings;
    apply(settings, {{"compat", "paper"}, {"replacement", false}});
    EXPECT_FALSE(settings.replacement);
    EXPECT_EQ(settings.roles, std::vector<std::string>{"weight"});
    apply(settings, {{"compat", "paper"}});
    EXPECT_FALSE(settings.replacement) << "the same choice again must change nothing";
}

TEST(Settings, LeaveThePaperWhenCompatIsNoneAgain) {
    Settings settings, untouched;
    apply(settings, {{"compat", "paper"}});
    apply(settings, {{"compat", "none"}});
    EXPECT_EQ(echo(settings), echo(untouched));
}

TEST(Settings, PutCompatBeforeWhatItSets) {
    Settings settings;
    EXPECT_EQ(options(settings).options.front().key, "compat");
}

TEST(Settings, NameEveryTest) {
    EXPECT_EQ(name(campaign::Test::full), "full");
    EXPECT_EQ(name(campaign::Test::indexed), "indexed");
    EXPECT_EQ(name(campaign::Test::layer), "layer");
}

TEST(Settings, RefuseValuesOutOfRange) {
    for (const core::Json& wrong : std::vector<core::Json>{{{"runs", 0}},
                                                           {{"rate", 1.5}},
                                                           {{"rate", -1e-9}},
                                                           {{"errors", {-1}}},
                                                           {{"bits_per_error", 0}},
                                                           {{"test", "layers"}},
                                                           {{"policy", "same"}}}) {
        Settings settings;
        const auto message = message_of(core::Fault::usage, [&] { apply(settings, wrong); });
        EXPECT_TRUE(says(message, wrong.begin().key())) << message;
    }
}

}  // namespace
}  // namespace faultline::campaign
