#include <faultline/core/error.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "sample.h"

namespace faultline::report {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

std::vector<std::string> fields_of(const std::string& line) {
    std::vector<std::string> fields;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
    return fields;
}

TEST(FaultsCsv, HoldsEveryEffectInTheOrderOfTheTrials) {
    const Sample sample(sample_settings(campaign::Test::indexed));
    const auto inputs = sample.inputs();
    const auto lines = lines_of(faults_csv(inputs));
    ASSERT_EQ(lines.size(), 1U + 3U * 3U * 4U);
    EXPECT_EQ(lines[0], "run,trial,tensor,element,mask,before,after");
    std::size_t row = 1;
    for (std::size_t run = 0; run < 3; ++run) {
        for (std::size_t point = 0; point < 3; ++point) {
            for (const auto& effect : inputs.formats[0].trials[run][point].added) {
                const auto fields = fields_of(lines[row++]);
                const auto& word = std::get<fault::WeightWord>(effect.location);
                ASSERT_EQ(fields.size(), 7U);
                EXPECT_EQ(fields[0], std::to_string(run));
                EXPECT_EQ(fields[1], std::to_string(point));
                EXPECT_EQ(fields[2], std::to_string(word.tensor));
                EXPECT_EQ(fields[3], std::to_string(word.element));
                const auto mask = std::stoul(fields[4], nullptr, 16);
                EXPECT_EQ(mask, effect.toggle);
                EXPECT_EQ(fields[5], "3f800000");
                EXPECT_EQ(std::stoul(fields[6], nullptr, 16), 0x3F800000U ^ mask);
            }
        }
    }
}

TEST(FaultsCsv, NumbersTheTrialsOfAllFormatsOfARunOneAfterAnother) {
    const auto inputs = two_formats(sample_settings(campaign::Test::full));
    std::vector<std::string> wanted, found;
    for (const auto* run : {"0", "1", "2"})
        for (const int trial : {1, 2, 2, 2, 2, 4, 5, 5, 5, 5})
            wanted.push_back(std::string(run) + "," + std::to_string(trial));
    const auto lines = lines_of(faults_csv(inputs));
    for (std::size_t row = 1; row < lines.size(); ++row) {
        const auto fields = fields_of(lines[row]);
        found.push_back(fields[0] + "," + fields[1]);
        const bool fixed = std::stoi(fields[1]) >= 3;
        EXPECT_EQ(fields[5], fixed ? "00000040" : "3f800000");
        EXPECT_EQ(std::stoul(fields[6], nullptr, 16) < 256, fixed);
    }
    EXPECT_EQ(found, wanted);
}

TEST(FaultsCsv, WritesEightDigitsForEveryWord) {
    const Sample sample(sample_settings(campaign::Test::indexed));
    EXPECT_NE(faults_csv(sample.inputs()).find(",00000001,3f800000,3f800001\n"), std::string::npos);
}

TEST(FaultRows, AreTheTrialsOwnLines) {
    const Sample sample(sample_settings(campaign::Test::layer));
    const auto inputs = sample.inputs();
    std::string all = "run,trial,tensor,element,mask,before,after\n";
    for (int run = 0; run < 3; ++run) {
        for (std::size_t point = 0; point < 3; ++point) {
            const auto place = static_cast<std::size_t>(run);
            all += fault_rows(run, point, inputs.formats[0].trials[place][point].added,
                              inputs.formats[0].changes[place][point]);
        }
    }
    EXPECT_EQ(all, faults_csv(inputs));
}

TEST(FaultsCsv, RefusesAWordThatChangedOtherwise) {
    const Sample sample(sample_settings(campaign::Test::layer));
    auto inputs = sample.inputs();
    inputs.formats[0].changes[1][2][0].after ^= 1U;
    EXPECT_THROW(faults_csv(inputs), core::Error);
}

TEST(FaultsCsv, RefusesFaultsThatWereNotRecorded) {
    const Sample sample(sample_settings(campaign::Test::layer));
    auto one_less = sample.inputs(), one_run_less = sample.inputs();
    one_less.formats[0].changes[0][0].pop_back();
    EXPECT_THROW(faults_csv(one_less), core::Error);
    one_run_less.formats[0].changes.pop_back();
    EXPECT_THROW(faults_csv(one_run_less), core::Error);
}

TEST(PointsCsv, HasALineForEachPointWithAllColumns) {
    for (const auto test : {campaign::Test::full, campaign::Test::indexed, campaign::Test::layer}) {
        const Sample sample(sample_settings(test));
        const auto lines = lines_of(points_csv(sample.inputs()));
        ASSERT_EQ(lines.size(), 4U);
        const auto names = fields_of(lines[0]);
        EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
        for (std::size_t point = 0; point < 3; ++point) {
            const auto fields = fields_of(lines[point + 1]);
            ASSERT_EQ(fields.size(), names.size());
            EXPECT_EQ(fields[0], sample.plan.points[point].key);
            EXPECT_EQ(fields[3], std::to_string(sample.plan.points[point].errors));
            EXPECT_EQ(fields[7], "3");
            EXPECT_EQ(std::stod(fields[8]), sample.summary.points[point].statistics.top1.mean);
            EXPECT_EQ(fields.back(), std::to_string(sample.plan.points[point].exposed_bits));
        }
    }
}

TEST(PointsCsv, HasThePointsOfEveryFormat) {
    const auto lines = lines_of(points_csv(two_formats(sample_settings(campaign::Test::full))));
    ASSERT_EQ(lines.size(), 1U + 6U);
    EXPECT_EQ(fields_of(lines[3])[2], "float32");
    EXPECT_EQ(fields_of(lines[4])[0], "full/fixed8/errors=0");
    EXPECT_EQ(fields_of(lines[4])[2], "fixed8");
}

TEST(PointsCsv, QuotesNamesWithCommas) {
    Sample sample(sample_settings(campaign::Test::layer));
    sample.network.layers[0].name = "a,\"b\"";
    EXPECT_NE(points_csv(sample.inputs()).find(",\"a,\"\"b\"\"\","), std::string::npos);
}

TEST(Table, FitsATerminalOfAHundredColumns) {
    for (const auto test : {campaign::Test::full, campaign::Test::indexed, campaign::Test::layer}) {
        Sample sample(sample_settings(test));
        sample.network.layers[0].name = "features.denseblock4.denselayer16.convolution2";
        for (auto& point : sample.summary.points) point.point.errors = 1'000'000;
        for (const auto& line : lines_of(table(sample.inputs()))) {
            EXPECT_LE(line.size(), 100U) << line;
        }
    }
}

TEST(Table, BeginsWithGoldenAndEndsWithWhatCannotBeExcluded) {
    auto settings = sample_settings(campaign::Test::full);
    settings.runs = 60;
    const Sample sample(settings);
    const auto lines = lines_of(table(sample.inputs()));
    EXPECT_EQ(lines.front(),
              "golden: top-1 0.8000, top-5 0.9600 of 50 images; full test, 60 runs, "
              "top-1:");
    EXPECT_NE(lines.back().find("0 of 60 excludes only rates above 0.0596"), std::string::npos);
    EXPECT_EQ(lines.size(), 2U + 3U + 1U);
}

TEST(Table, NamesTheRoleOfEachBit) {
    const Sample sample(sample_settings(campaign::Test::indexed));
    const auto text = table(sample.inputs());
    EXPECT_NE(text.find(" 0 mantissa "), std::string::npos);
    EXPECT_NE(text.find("30 exponent "), std::string::npos);
    EXPECT_NE(text.find("31 sign "), std::string::npos);
}

TEST(Table, ShowsGroupsAfterTheirLayers) {
    const Sample sample(sample_settings(campaign::Test::layer));
    const auto text = table(sample.inputs());
    EXPECT_LT(text.find("fire.norm"), text.find("\ngroup"));
    EXPECT_NE(text.find("\nfire "), std::string::npos);
}

TEST(Table, ShowsRatesBesideCountsWhereFormatsDiffer) {
    const auto lines = lines_of(table(two_formats(sample_settings(campaign::Test::full))));
    ASSERT_EQ(lines.size(), 5U + 1U + 5U + 1U);
    EXPECT_TRUE(lines[0].starts_with("float32, golden: top-1 0.8000")) << lines[0];
    EXPECT_TRUE(lines[6].starts_with("fixed8, golden: top-1 0.8000")) << lines[6];
    EXPECT_TRUE(lines[1].starts_with("errors bit error rate   mean")) << lines[1];
    EXPECT_TRUE(lines[4].starts_with("     5       1.26e-03 ")) << lines[4];    // of 124 x 32
    EXPECT_TRUE(lines[10].starts_with("     5       5.04e-03 ")) << lines[10];  // of 124 x 8
    for (const auto& line : lines) EXPECT_LE(line.size(), 100U) << line;
    const auto alone = table(Sample(sample_settings(campaign::Test::full)).inputs());
    EXPECT_EQ(alone.find("rate "), std::string::npos);
}

TEST(Table, NamesAFormatThatIsAloneWhenItIsNotFloat32) {
    auto settings = sample_settings(campaign::Test::indexed);
    settings.bits = {0, 6, 7};
    const auto text = table(Sample(settings, sample_fixed_network()).inputs());
    EXPECT_TRUE(text.starts_with("fixed8, golden:")) << text;
    EXPECT_NE(text.find(" 0 fraction "), std::string::npos);
    EXPECT_NE(text.find(" 6 integer "), std::string::npos);
    EXPECT_NE(text.find(" 7 sign "), std::string::npos);
}

TEST(Table, AlignsItsColumns) {
    for (const auto test : {campaign::Test::full, campaign::Test::indexed, campaign::Test::layer}) {
        const Sample sample(sample_settings(test));
        const auto lines = lines_of(table(sample.inputs()));
        for (std::size_t point = 2; point < 5; ++point) {
            EXPECT_EQ(lines[point].size(), lines[1].size()) << lines[point];
        }
    }
}

}  // namespace
}  // namespace faultline::report
