#include <gtest/gtest.h>

#include <faultline/campaign/plan.h>
#include <faultline/campaign/settings.h>
#include <array>
#include <filesystem>
#include <set>

#include "small_network.h"

namespace faultline::campaign {
namespace {

core::Json echo(Settings& settings) { return core::values(std::array{options(settings)}); }

void configure(Settings& settings, const core::Json& campaign) {
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
        configure(settings, {{"compat", compat},
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
    configure(settings, {{"compat", "paper"}});
    EXPECT_EQ(settings.errors,
              (std::vector{0, 1, 5, 10, 50, 60, 70, 80, 90, 100, 200, 300, 400, 500}));
    EXPECT_EQ(settings.roles, std::vector<std::string>{"weight"});
    EXPECT_TRUE(settings.replacement);
    EXPECT_EQ(settings.runs, 60);
}

TEST(Settings, AfterCompatCanBeSetOneByOne) {
    Settings settings;
    configure(settings, {{"compat", "paper"}, {"replacement", false}});
    EXPECT_FALSE(settings.replacement);
    EXPECT_EQ(settings.roles, std::vector<std::string>{"weight"});
    configure(settings, {{"compat", "paper"}});
    EXPECT_FALSE(settings.replacement) << "the same choice again must change nothing";
}

TEST(Settings, LeaveThePaperWhenCompatIsNoneAgain) {
    Settings settings, untouched;
    configure(settings, {{"compat", "paper"}});
    configure(settings, {{"compat", "none"}});
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
        const auto message = message_of(core::Fault::usage, [&] { configure(settings, wrong); });
        EXPECT_TRUE(says(message, wrong.begin().key())) << message;
    }
}

std::set<std::string> keys(const core::Json& object) {
    std::set<std::string> all;
    for (const auto& [key, unused] : object.items()) all.insert(key);
    return all;
}

TEST(Settings, HaveTheKeysOfTheSchema) {
    const auto schema = core::read_json(FAULTLINE_ROOT "/configs/schema/config.schema.json");
    Settings settings;
    EXPECT_EQ(keys(schema["properties"]["campaign"]["properties"]),
              keys(echo(settings)["campaign"]));
}

TEST(Settings, TakeEveryShippedConfig) {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(FAULTLINE_ROOT "/configs")) {
        if (entry.path().extension() != ".json") continue;
        const auto config = core::read_json(entry.path());
        Settings settings;
        EXPECT_NO_THROW(configure(settings, config.value("campaign", core::Json::object())))
            << entry.path();
        EXPECT_NO_THROW(plan(settings, small_network())) << entry.path();
        ++count;
    }
    EXPECT_GE(count, 6);
}

}  // namespace
}  // namespace faultline::campaign
