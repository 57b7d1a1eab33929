#include <cmath>
#include <functional>

#include "world.h"

namespace faultline::cli {
namespace {

using testing::HasSubstr;

/// A stored result, changed, in a folder of its own.
struct RiskWorld {
    TemporaryFolder folder;

    explicit RiskWorld(const std::string& name = "full",
                       const std::function<void(core::Json&)>& change = {}) {
        auto result = read_json(project("tests/data/results/" + name + ".json"));
        if (change) change(result);
        write(folder.path / "result.json", core::to_text(result));
    }

    Words words(const Words& level = {"--below", "0.75"}) const {
        return Words{"risk",   folder.path.string(), "--fit-per-mbit", "1e9", "--hours", "100",
                     "--json", json().string()} +
               level;
    }

    fs::path json() const { return folder.path / "risk.json"; }
};

/// Every run of `result` is right on this many images, in the order of its trials.
void set_right(core::Json& result, const std::vector<int>& top1) {
    for (auto& run : result["runs"])
        for (std::size_t place = 0; place < top1.size(); ++place)
            run["trials"][place]["tally"]["top1"] = top1[place];
}

TEST(Risk, IsThatOfThePoissonTailWhereEveryRunDiesAlike) {
    // 40 of 50 without and with one error, 10 after five: 0.2 is below 0.75.
    const RiskWorld world("full", [](auto& result) { set_right(result, {40, 40, 10}); });
    const auto said = expect_done(world.words());
    EXPECT_THAT(said.out, HasSubstr("top-1 below 0.75"));
    EXPECT_THAT(said.out, HasSubstr("float32"));
    EXPECT_THAT(said.out, HasSubstr("Poisson"));
    const auto found = read_json(world.json());
    const auto& format = found["formats"][0];
    const double expected = 3968.0 / (1 << 20) * 100;  // 1e9 FIT are one error an hour
    EXPECT_NEAR(format["expected_errors"], expected, 1e-12);
    EXPECT_EQ(format["golden_top1"], 40);
    EXPECT_EQ(format["golden_below"], false);
    const auto mass = [&](int n) {
        return std::exp(-expected) * std::pow(expected, n) / std::tgamma(n + 1);
    };
    const double beyond = 1 - mass(0) - mass(1) - mass(2) - mass(3) - mass(4) - mass(5);
    const auto& probability = format["probability"];
    EXPECT_NEAR(probability["mean_low"], mass(5), 1e-12);
    EXPECT_NEAR(probability["mean_high"], mass(2) + mass(3) + mass(4) + mass(5) + beyond, 1e-12);
    EXPECT_LE(probability["low"], probability["mean_low"]);
    EXPECT_GE(probability["high"], probability["mean_high"]);
    EXPECT_LE(probability["high"].get<double>(), 1 - mass(0));
    EXPECT_NEAR(format["error_count_share"]["beyond"], beyond, 1e-12);
}

TEST(Risk, TakesADropFromGoldenForTheSameLevel) {
    const RiskWorld world("full", [](auto& result) { set_right(result, {40, 35, 34}); });
    expect_done(world.words({"--below", "0.7"}));  // 35 of 50 are not below
    const auto level = read_json(world.json())["formats"];
    expect_done(world.words({"--drop", "0.1"}));
    EXPECT_EQ(read_json(world.json())["formats"], level);
    EXPECT_GT(level[0]["probability"]["mean_high"], 0);
}

TEST(Risk, TellsEveryFormat) {
    const RiskWorld world("formats");
    const auto said = expect_done(world.words());
    const auto formats = read_json(world.json())["formats"];
    ASSERT_EQ(formats.size(), 2U);
    EXPECT_EQ(formats[1]["format"], "fixed8");
    EXPECT_NEAR(formats[0]["expected_errors"], 4 * formats[1]["expected_errors"].get<double>(),
                1e-12);
    EXPECT_THAT(said.out, HasSubstr("\nfixed8 "));
}

TEST(Risk, CountsErrorsRunByRunAlongTheirParents) {
    // By rate: 0, 2 and 2 + r errors in run r, whatever the points' keys say.
    const RiskWorld world("full", [](auto& result) {
        set_right(result, {40, 10, 10});
        for (auto& run : result["runs"]) {
            run["trials"][1]["faults"]["count"] = 2;
            run["trials"][2]["faults"]["count"] = run["run"];
        }
    });
    expect_done(world.words());
    const auto share = read_json(world.json())["formats"][0]["error_count_share"];
    const double expected = 3968.0 / (1 << 20) * 100;
    const auto mass = [&](int n) {
        return std::exp(-expected) * std::pow(expected, n) / std::tgamma(n + 1);
    };
    EXPECT_NEAR(share["measured"], mass(0) + mass(2) + (mass(3) + mass(4)) / 3, 1e-12);
}

TEST(Risk, OfGoldenBelowTheLevelSaysSo) {
    const RiskWorld world;
    EXPECT_THAT(expect_done(world.words({"--below", "0.9"})).out,
                HasSubstr("float32: golden itself misses the level"));
}

TEST(Risk, TakesASequenceWhereRunsEndedByTheirMargin) {
    const RiskWorld world("full",
                          [](auto& result) { result["config"]["campaign"]["until_margin"] = 0.1; });
    expect_done(world.words());
    EXPECT_EQ(read_json(world.json())["formats"][0]["probability"]["method"], "betting-sequence");
}

TEST(Risk, RefusesWhatIsNoMissionOrNoLevel) {
    const RiskWorld world;
    const auto path = world.folder.path.string();
    expect_refused({"risk"}, 2, {"--fit-per-mbit"});
    expect_refused({"risk", path, "--hours", "1", "--below", "0.5"}, 2, {"--fit-per-mbit"});
    expect_refused({"risk", path, "--fit-per-mbit", "1", "--below", "0.5"}, 2, {"--hours"});
    expect_refused(world.words({}), 2, {"--below", "--drop"});
    expect_refused(world.words({"--below", "0.5", "--drop", "0.1"}), 2, {"--below", "--drop"});
    for (const std::string bad : {"-1", "nan", "inf", "many"})
        expect_refused(world.words() + Words{"--fit-per-mbit=" + bad}, 2, {"--fit-per-mbit"});
    expect_refused(world.words() + Words{"--hours=-1"}, 2, {"--hours"});
    expect_refused(world.words({"--below", "1.5"}), 2, {"--below"});
    EXPECT_FALSE(fs::exists(world.json()));
}

void expect_result_refused(const std::function<void(core::Json&)>& change, const Words& parts) {
    const RiskWorld world("full", change);
    expect_refused(world.words(), 3, Words{"result.json: "} + parts);
}

TEST(Risk, RefusesResultsThatCannotTell) {
    expect_refused(RiskWorld("layer").words(), 3, {"config.campaign.test is 'layer'", "full"});
    expect_refused(RiskWorld("indexed").words(), 3, {"config.campaign.test is 'indexed'"});
    expect_refused({"risk", "/nowhere", "--fit-per-mbit", "1", "--hours", "1", "--drop", "0"}, 3,
                   {"/nowhere"});
    expect_result_refused([](auto& result) { result["runs"].clear(); }, {"runs", "none"});
    expect_result_refused([](auto& result) { result["golden"].clear(); }, {"golden", "float32"});
    expect_result_refused([](auto& result) { result["points"].clear(); }, {"formats[0]", "points"});
    expect_result_refused([](auto& result) { result["formats"][0]["first_trial"] = 2; },
                          {"runs[0].trials"});
    expect_result_refused(
        [](auto& result) { result["runs"][1]["trials"][2]["parent"] = "full/float32/errors=7"; },
        {"runs[1].trials[2].parent", "errors=7"});
    expect_result_refused(
        [](auto& result) {
            result["runs"][1]["trials"][2]["parent"] = "golden";
            result["runs"][1]["trials"][2]["faults"]["count"] = 0;
        },
        {"runs[1].trials[2]", "pile up"});
    expect_result_refused(
        [](auto& result) { result["runs"][2]["trials"][0]["tally"]["images"] = 10; },
        {"runs[2].trials[0].tally.images is 10", "50"});
    expect_result_refused(
        [](auto& result) { result["runs"][0]["trials"][1]["faults"]["count"] = -1; },
        {"runs[0].trials[1].faults.count"});
    expect_result_refused(
        [](auto& result) { result["runs"][0]["trials"][1]["faults"]["count"] = 1ULL << 60U; },
        {"runs[0].trials[1].faults.count"});
}

}  // namespace
}  // namespace faultline::cli
