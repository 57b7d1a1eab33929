#include <faultline/core/files.h>
#include <faultline/core/hash.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <functional>

#include "sample.h"

namespace faultline::report {
namespace {

using campaign::Compat;
using core::Json;

constexpr std::array every_test = {campaign::Test::full, campaign::Test::indexed,
                                   campaign::Test::layer, campaign::Test::sample};

Json result_of(const Inputs& inputs) { return result(inputs, core::sha256(faults_csv(inputs))); }

Json result_of(const Sample& sample) { return result_of(sample.inputs()); }

Json result_of(campaign::Test test) { return result_of(Sample(sample_settings(test))); }

/// Calls `look` with every value and the path that leads to it.
void visit(const Json& json, const std::function<void(const std::string&, const Json&)>& look) {
    const auto flat = json.flatten();
    for (const auto& [path, value] : flat.items()) look(path, value);
}

/// Libraries may differ in the last bits of a quantile; nothing else may differ.
void expect_alike(const Json& made, const Json& kept) {
    const auto left = made.flatten(), right = kept.flatten();
    for (const auto& [path, value] : right.items()) {
        ASSERT_TRUE(left.contains(path)) << path;
        if (value.is_number_float()) {
            EXPECT_NEAR(left[path].get<double>(), value.get<double>(), 1e-9) << path;
        } else {
            EXPECT_EQ(left[path], value) << path;
        }
    }
    EXPECT_EQ(left.size(), right.size());
}

/// What is kept in tests/data/results, by file.
std::vector<std::pair<std::string, Json>> samples() {
    std::vector<std::pair<std::string, Json>> all;
    for (const auto test : every_test) all.emplace_back(campaign::name(test), result_of(test));
    all.emplace_back("formats", result_of(two_formats(sample_settings(campaign::Test::full))));
    auto guarded = sample_settings(campaign::Test::full);
    guarded.protect = "secded";
    all.emplace_back("protected", result_of(Sample(guarded)));
    return all;
}

TEST(Result, TellsWhatTheNetworkWasHardenedByAndNothingWhereItWasNot) {
    auto inputs = Sample(sample_settings(campaign::Test::full)).inputs();
    EXPECT_FALSE(result_of(inputs)["network"].contains("hardening"));
    const network::Hardening made{.beyond = network::Beyond::zero,
                                  .slack = 1.5,
                                  .points = 4,
                                  .added_operations = 1200,
                                  .calibration = {50, std::string(64, 'a'), std::string(64, 'b')}};
    inputs.formats[0].network.hardening = made;
    EXPECT_EQ(result_of(inputs)["network"]["hardening"], network::json(made));
}

/// The kept files are for tests of the schema and for readers of results. Where a result is to
/// change, copy what this test leaves in the temporary folder.
TEST(Result, IsTheSampleThatIsKept) {
    for (const auto& [name, made] : samples()) {
        const auto file = name + ".json";
        const std::filesystem::path kept = FAULTLINE_ROOT "/tests/data/results/" + file;
        expect_alike(made, core::read_json(kept));
        if (!HasFailure()) continue;
        const auto left = std::filesystem::temp_directory_path() / ("faultline_sample_" + file);
        core::write_file(left, core::to_text(made));
        FAIL() << kept << " is another result than the one now in " << left;
    }
}

TEST(Result, KeepsEveryShareBetweenZeroAndOne) {
    for (const auto test : every_test) {
        int shares = 0;
        visit(result_of(test), [&](const std::string& path, const Json& value) {
            const bool share = path.ends_with("/share") || path.find("/top1/mean") != path.npos ||
                               path.find("/top1/quantiles") != path.npos;
            if (!share) return;
            ++shares;
            EXPECT_GE(value.get<double>(), 0) << path;
            EXPECT_LE(value.get<double>(), 1) << path;
        });
        EXPECT_GT(shares, 10);
    }
}

TEST(Result, CountsInWholeNumbers) {
    const auto json = result_of(campaign::Test::full);
    for (const auto& run : json["runs"]) {
        for (const auto& trial : run["trials"]) {
            for (const auto& [key, count] : trial["tally"].items()) {
                EXPECT_TRUE(count.is_number_integer()) << key;
            }
        }
    }
}

TEST(Result, DiffersBetweenIdenticalCampaignsOnlyInTimingAndHost) {
    const Sample sample(sample_settings(campaign::Test::full));
    auto first = sample.inputs(), second = sample.inputs();
    second.timing = {{"seconds", 9.75}};
    second.environment["host"] = {{"name", "other"}};
    auto left = result(first, "f"), right = result(second, "f");
    EXPECT_NE(left, right);
    for (auto* json : {&left, &right}) {
        json->erase("timing");
        (*json)["environment"].erase("host");
    }
    EXPECT_EQ(core::to_text(left), core::to_text(right));
}

TEST(Result, HoldsNullRatherThanZeroForWhatWasNotMeasured) {
    const auto json = result_of(campaign::Test::full);
    EXPECT_TRUE(json["verification"].is_null());
    EXPECT_TRUE(json["points"][0]["statistics"]["drop_per_error"].is_null());
    EXPECT_FALSE(json["points"][0].contains("bit"));
    EXPECT_FALSE(json["points"][0].contains("layer"));
    for (const auto* key : {"stopping", "confusion"}) EXPECT_TRUE(json[key].is_null()) << key;
    EXPECT_TRUE(json["strata"].empty());
}

TEST(Result, PointsToTheRowsOfTheFaultFile) {
    for (const auto test : every_test) {
        const Sample sample(sample_settings(test));
        const auto inputs = sample.inputs();
        const auto json = result(inputs, "f");
        std::size_t row = 0;
        for (std::size_t run = 0; run < 3; ++run) {
            for (std::size_t place = 0; place < sample.plan.points.size(); ++place) {
                const auto& faults = json["runs"][run]["trials"][place]["faults"];
                EXPECT_EQ(faults["first"], row);
                EXPECT_EQ(faults["count"], inputs.formats[0].trials[run][place].added.size());
                row += inputs.formats[0].trials[run][place].added.size();
            }
        }
        EXPECT_EQ(json["faults"]["count"], row);
    }
}

TEST(Result, NamesAParentByItsKey) {
    const auto full = result_of(campaign::Test::full)["runs"][1]["trials"];
    EXPECT_EQ(full[0]["parent"], "golden");
    EXPECT_EQ(full[2]["parent"], "full/float32/errors=1");
    const auto layer = result_of(campaign::Test::layer)["runs"][1]["trials"];
    EXPECT_EQ(layer[2]["parent"], "golden");
}

TEST(Result, HasGroupsAfterALayerWiseTest) {
    const auto json = result_of(campaign::Test::layer);
    ASSERT_EQ(json["groups"].size(), 1U);
    EXPECT_EQ(json["groups"][0]["name"], "fire");
    EXPECT_EQ(json["groups"][0]["layers"], Json({"fire.squeeze", "fire.norm"}));
    EXPECT_EQ(json["points"][1]["group"], "fire");
    EXPECT_TRUE(json["points"][0]["group"].is_null());
    EXPECT_TRUE(result_of(campaign::Test::full)["groups"].empty());
}

TEST(Result, SaysWhatWasInTheSpace) {
    const auto json = result_of(campaign::Test::full);
    const auto& norm = json["network"]["layers"][2]["tensors"];
    EXPECT_EQ(norm[0]["role"], "scale");
    EXPECT_TRUE(norm[0]["in_space"].get<bool>());
    EXPECT_FALSE(norm[2]["in_space"].get<bool>());
    EXPECT_EQ(norm[2]["index"], 5);
    EXPECT_EQ(json["formats"][0]["exposed_bits"], (108 + 4 + 8 + 2 + 2) * 32);
}

TEST(Result, HoldsSeveralFormatsSideBySide) {
    const auto json = result_of(two_formats(sample_settings(campaign::Test::layer)));
    ASSERT_EQ(json["formats"].size(), 2U);
    EXPECT_EQ(json["formats"][0]["name"], "float32");
    EXPECT_EQ(json["formats"][1]["name"], "fixed8");
    EXPECT_EQ(json["formats"][1]["file"], "network.quantized[0]");
    EXPECT_EQ(json["formats"][1]["model_sha256"], std::string(64, 'e'));
    EXPECT_EQ(json["formats"][1]["parameters_sha256"], std::string(64, 'f'));
    EXPECT_EQ(json["formats"][1]["exposed_bits"], 124 * 8);
    EXPECT_EQ(json["formats"][1]["first_trial"], 3);
    EXPECT_EQ(json["golden"][1]["format"], "fixed8");
    EXPECT_EQ(json["golden"][1]["weights_sha256"], std::string(64, 'f'));
    ASSERT_EQ(json["points"].size(), 6U);
    EXPECT_EQ(json["points"][4]["key"], "layer/fixed8/fire.squeeze");
    EXPECT_EQ(json["points"][4]["format"], "fixed8");
    EXPECT_EQ(json["groups"][1]["key"], "group/fixed8/fire");
    EXPECT_EQ(json["runs"][0]["trials"][4]["key"], "layer/fixed8/fire.squeeze");
    const auto& tensors = json["network"]["layers"][2]["tensors"];
    EXPECT_EQ(tensors[0]["formats"], Json({"float32", "fixed8:f6"}));
    EXPECT_EQ(tensors[2]["formats"], Json({"float32", "float32"})) << "running means stay float32";
}

TEST(Result, CountsTheRowsOfAllFormatsInOneGo) {
    const auto json = result_of(two_formats(sample_settings(campaign::Test::full)));
    std::size_t row = 0;
    for (const auto& run : json["runs"]) {
        ASSERT_EQ(run["trials"].size(), 6U);
        EXPECT_EQ(run["trials"][3]["parent"], "golden");
        EXPECT_EQ(run["trials"][5]["parent"], "full/fixed8/errors=1");
        for (const auto& trial : run["trials"]) {
            EXPECT_EQ(trial["faults"]["first"], row);
            row += trial["faults"]["count"].get<std::size_t>();
        }
    }
    EXPECT_EQ(json["faults"]["count"], row);
    EXPECT_EQ(row, 2U * 3U * 5U);
}

TEST(Result, SaysOnceWhatIsTrueOfEveryFormat) {
    const auto one = result_of(campaign::Test::full);
    const auto two = result_of(two_formats(sample_settings(campaign::Test::full)));
    EXPECT_EQ(two["assumptions"].size(), one["assumptions"].size() + 1);
    EXPECT_EQ(two["limitations"], one["limitations"]);
}

TEST(Result, SaysWhenItIsIncomplete) {
    Sample sample(sample_settings(campaign::Test::full));
    EXPECT_TRUE(result_of(sample)["status"]["complete"].get<bool>());
    sample.outcome.runs.pop_back();
    EXPECT_FALSE(result(sample.inputs(), "f")["status"]["complete"].get<bool>());
}

TEST(Result, NamesThePapersDeviation) {
    auto settings = sample_settings(campaign::Test::full);
    settings.compat = Compat::paper;
    EXPECT_EQ(result_of(Sample(settings))["conventions"]["deviation"], "population");
    EXPECT_EQ(result_of(campaign::Test::full)["conventions"]["deviation"], "sample");
}

TEST(CampaignSha256, IgnoresPathsHostAndTheOrderOfKeys) {
    const Sample sample(sample_settings(campaign::Test::full));
    const auto before = sample.inputs();
    auto moved = sample.inputs();
    moved.config["network"] = {
        {"device", "cpu"}, {"model", "/elsewhere/net.pt"}, {"quantized", {"/elsewhere/net8.pt"}}};
    moved.config["dataset"]["images"] = "/elsewhere/val";
    moved.config["output"] = {{"output", "out"}};
    moved.environment["host"] = "other";
    moved.timing = 3;
    EXPECT_EQ(campaign_sha256(moved), campaign_sha256(before));
    EXPECT_EQ(campaign_sha256(before).size(), 64U);
}

TEST(CampaignSha256, ChangesWithWhateverChangesNumbers) {
    const Sample sample(sample_settings(campaign::Test::full));
    const auto before = campaign_sha256(sample.inputs());
    const std::vector<std::function<void(Inputs&)>> changes = {
        [](Inputs& inputs) { inputs.config["campaign"]["seed"] = 2; },
        [](Inputs& inputs) { inputs.environment["batch"] = 32; },
        [](Inputs& inputs) { inputs.formats[0].parameters_sha256[0] = 'c'; },
        [](Inputs& inputs) { inputs.formats[0].network.model_sha256[0] = 'c'; },
        [](Inputs& inputs) { inputs.formats.push_back(inputs.formats[0]); },
        [](Inputs& inputs) { inputs.images["images_sha256"] = "e"; },
        [](Inputs& inputs) { inputs.images["preprocessing_sha256"] = "e"; }};
    for (const auto& change : changes) {
        auto inputs = sample.inputs();
        change(inputs);
        EXPECT_NE(campaign_sha256(inputs), before);
    }
}

}  // namespace
}  // namespace faultline::report
