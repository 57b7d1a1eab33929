#include "world.h"

namespace faultline::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

/// Full-test errors on few of the demonstration's images, so that it takes a moment.
Words tiny_probe() {
    return {"--first", "40",           "--errors", "1,20",           "--runs",
            "6",       "--probe-runs", "4",        "--probe-images", "20"};
}

TEST(Plan, TellsSampleSizesWithoutImages) {
    const TemporaryFolder folder;
    const auto file = folder.path / "plan.json";
    const auto said = expect_done({"plan", project("configs/demo/signs.pt"), "--margin", "0.01",
                                   "--confidence", "0.99", "--json", file.string()});
    EXPECT_THAT(said.out, HasSubstr("within 0.01 at 99 % confidence"));
    const auto plan = read_json(file);
    EXPECT_TRUE(plan["budget"].is_null());
    EXPECT_EQ(plan["sample"]["bits"].size(), 32U);
    std::uint64_t layers = 0, bits = 0;
    for (const auto& layer : plan["sample"]["layers"])
        layers += layer["sites"].get<std::uint64_t>();
    for (const auto& bit : plan["sample"]["bits"]) bits += bit["sites"].get<std::uint64_t>();
    EXPECT_EQ(layers, plan["sites"]);
    EXPECT_EQ(bits, plan["sites"]);
    EXPECT_LE(plan["sample"]["trials"], 16'590);
    EXPECT_GT(plan["sample"]["trials"], 10'000);
}

TEST(Plan, CountsOnlyTheSitesOfTheCampaignsSpace) {
    const TemporaryFolder folder;
    const auto sites = [&](const Words& more) {
        const auto file = folder.path / "plan.json";
        expect_done(Words{"plan", project("configs/demo/signs.pt"), "--json", file.string()} +
                    more);
        return read_json(file)["sites"].get<std::uint64_t>();
    };
    EXPECT_LT(sites({"--roles", "weight"}), sites({}));
}

TEST(Plan, ProbesAndNamesACommandThatRuns) {
    const TemporaryFolder folder;
    const auto file = folder.path / "plan.json";
    const auto said = expect_done(Words{"plan"} + demo() + tiny_probe() +
                                  Words{"--json", file.string(), "--budget", "0.05"});
    EXPECT_THAT(said.out, HasSubstr("4 runs on 5 and 20 images"));
    EXPECT_THAT(said.out, HasSubstr("6 runs x 40 images"));
    const auto budget = read_json(file)["budget"];
    EXPECT_EQ(budget["budget_seconds"], 3);
    EXPECT_THAT(budget["point"].get<std::string>(), HasSubstr("full/float32/errors="));
    ASSERT_FALSE(budget["splits"].empty());
    int narrowest = 0;
    for (const auto& split : budget["splits"]) {
        EXPECT_LE(split["seconds"].get<double>(), 3 + 1e-9);
        EXPECT_GE(split["runs"], 2);
        narrowest += split["narrowest"].get<bool>() ? 1 : 0;
        const auto command = split["command"].get<std::string>();
        EXPECT_THAT(command, HasSubstr("faultline run --"));
        EXPECT_THAT(command, HasSubstr("--errors 1,20"));
        EXPECT_THAT(command, ContainsRegex("--runs [0-9]+"));
        EXPECT_EQ(split["own_images"], command.find("--images-per-run") != command.npos);
        for (const std::string own : {"--budget", "--probe", "--json", "--progress"})
            EXPECT_EQ(command.find(own), command.npos) << command;
        if (split["narrowest"].get<bool>()) {
            EXPECT_THAT(said.out, HasSubstr(command));
        }
    }
    EXPECT_EQ(narrowest, 1);
}

TEST(Plan, TakesEveryTest) {
    for (const std::string test : {"indexed", "layer", "sample"})
        EXPECT_THAT(expect_done(Words{"plan"} + demo() +
                                Words{"--first", "20", "--test", test, "--probe-runs", "3",
                                      "--probe-images", "8"})
                        .out,
                    HasSubstr(test + "/float32/"));
}

TEST(Plan, SaysWhereABudgetIsTooSmall) {
    const auto said =
        expect_done(Words{"plan"} + demo() + Words{"--budget", "0.001"} +
                    Words{"--probe-runs", "3", "--probe-images", "40", "--errors", "1-200"});
    EXPECT_THAT(said.out, ContainsRegex("too little for two runs|narrowest"));
}

TEST(Plan, RefusesWhatMakesNoPlan) {
    const auto model = project("configs/demo/signs.pt");
    expect_refused({"plan", model, "--budget", "5"}, 2, {"--budget", "--images"});
    for (const std::string bad : {"0", "-1", "nan"}) {
        expect_refused({"plan", model, "--margin=" + bad}, 2, {"--margin"});
        expect_refused({"plan", model, "--budget=" + bad}, 2, {"--budget"});
    }
    expect_refused({"plan", model, "--probe-runs", "2"}, 2, {"--probe-runs"});
    expect_refused({"plan", "/nowhere.pt"}, 3, {"/nowhere.pt"});
}

}  // namespace
}  // namespace faultline::cli
