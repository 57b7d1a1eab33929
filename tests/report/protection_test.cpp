#include <faultline/core/hash.h>
#include <gtest/gtest.h>

#include <sstream>

#include "sample.h"

namespace faultline::report {
namespace {

using core::Json;

campaign::Settings guarded(const std::string& protect) {
    auto settings = sample_settings(campaign::Test::full);
    settings.protect = protect;
    return settings;
}

Json result_of(const Inputs& inputs) { return result(inputs, core::sha256(faults_csv(inputs))); }

TEST(Protection, IsNoneWhereNothingIsProtected) {
    const auto inputs = Sample(guarded("none")).inputs();
    const auto json = result_of(inputs);
    EXPECT_EQ(json["fault_model"]["protection"], "none");
    EXPECT_FALSE(json["points"][0].contains("hit_words"));
    EXPECT_FALSE(json["runs"][0]["trials"][0].contains("hit_words"));
    EXPECT_EQ(json["faults"]["columns"].back(), "after");
    EXPECT_EQ(table(inputs).find("memory:"), std::string::npos);
}

TEST(Protection, IsToldWithWhatItAddsInEachFormat) {
    auto inputs = two_formats(guarded("secded"));
    const auto protection = result_of(inputs)["fault_model"]["protection"];
    EXPECT_EQ(protection["scheme"], "secded");
    EXPECT_TRUE(protection["bits"].is_null());
    EXPECT_EQ(protection["layers"], Json({"*"}));
    EXPECT_EQ(
        protection["memory"][0],
        (Json{{"format", "float32"},
              {"added_bits", 124 * 7},
              {"guarded", {{{"number_bits", 32}, {"added_bits_per_word", 7}, {"words", 124}}}}}));
    EXPECT_EQ(protection["memory"][1]["added_bits"], 124 * 5);
    EXPECT_NE(table(inputs).find("memory: secded; 868 of 4836 bits are copies or check bits"),
              std::string::npos)
        << table(inputs);
    const auto some = result_of(Sample(guarded("tmr:bits=29,30")).inputs());
    EXPECT_EQ(some["fault_model"]["protection"]["bits"], "29-30");
}

TEST(Protection, CountsHitWordsOfEveryTrialAndTheirMeans) {
    const auto json = result_of(Sample(guarded("secded")).inputs());
    for (std::size_t point = 0; point < json["points"].size(); ++point) {
        double corrected = 0;
        for (const auto& run : json["runs"]) {
            const auto& words = run["trials"][point]["hit_words"];
            corrected += words["corrected"].get<double>();
            EXPECT_LE(words["corrected"].get<int>() + words["zeroed"].get<int>() +
                          words["silent"].get<int>(),
                      json["points"][point]["errors"].get<int>());
        }
        const auto runs = static_cast<double>(json["runs"].size());
        EXPECT_NEAR(json["points"][point]["hit_words"]["corrected"].get<double>(), corrected / runs,
                    1e-12);
    }
}

TEST(Protection, AddsTheBitsThatWereMetToTheFaultList) {
    const auto inputs = Sample(guarded("tmr")).inputs();
    EXPECT_EQ(result_of(inputs)["faults"]["columns"].back(), "hit");
    std::istringstream lines(faults_csv(inputs));
    std::string line;
    std::getline(lines, line);
    EXPECT_EQ(line, "run,trial,tensor,element,mask,before,after,hit");
    const auto& format = inputs.formats.front();
    for (const auto& trials : format.trials) {
        for (const auto& trial : trials) {
            for (const auto& effect : trial.added) {
                ASSERT_TRUE(std::getline(lines, line));
                const auto hit = line.substr(line.rfind(',') + 1);
                ASSERT_EQ(hit.size(), 24U);
                const auto part = [&](std::size_t from, std::size_t digits) {
                    return std::stoull(hit.substr(from, digits), nullptr, 16);
                };
                EXPECT_EQ(fault::Bits(part(8, 16), part(0, 8)), effect.hit) << line;
            }
        }
    }
    EXPECT_FALSE(std::getline(lines, line));
}

}  // namespace
}  // namespace faultline::report
