#include "world.h"

namespace faultline::cli {
namespace {

Words quantize(const fs::path& output) {
    return Words{"quantize"} + demo() +
           Words{"--first", "60", "--calibrate-first", "30", "--output", output.string()};
}

Words evaluate(const fs::path& model) {
    return Words{"evaluate",  model.string(),
                 "--images",  project("configs/demo/images"),
                 "--threads", "1",
                 "--first",   "60",
                 "--json"} +
           demo_preprocessing();
}

TEST(Quantize, WritesANetworkThatOtherCommandsTakeByItself) {
    const TemporaryFolder folder;
    const auto path = folder.path / "fixed.pt";
    const auto said = expect_done(quantize(path));
    EXPECT_THAT(said.out, testing::HasSubstr("fixed.pt: fixed8"));
    const auto json = read_json(folder.path / "fixed.json");
    const auto found = core::Json::parse(expect_done(evaluate(path)).out);
    EXPECT_EQ(json["accuracy"]["after"]["top1"], found["top1"]);
    EXPECT_EQ(json["calibration"]["selection"], "first 30");
    EXPECT_GT(json["accuracy"]["before"]["top1"].get<int>(), 30);
}

TEST(Quantize, TakesTheEncodingByTheNameThatFormatsHave) {
    const TemporaryFolder folder;
    const auto path = folder.path / "fixed.pt";
    EXPECT_THAT(expect_done(quantize(path) + Words{"--encoding", "sign-magnitude"}).out,
                testing::HasSubstr("fixed.pt: fixed8:sign-magnitude"));
}

TEST(Quantize, MakesTheSameBytesAgain) {
    const TemporaryFolder folder;
    expect_done(quantize(folder.path / "one.pt"));
    expect_done(quantize(folder.path / "two.pt"));
    EXPECT_EQ(read(folder.path / "one.json"), read(folder.path / "two.json"));
}

TEST(Quantize, ACampaignStrikesWordsOfEightBits) {
    const TemporaryFolder folder;
    const auto path = folder.path / "fixed.pt";
    expect_done(quantize(path));
    auto words = Words{"run",         path.string(),
                       "--images",    project("configs/demo/images"),
                       "--threads",   "1",
                       "--test",      "indexed",
                       "--runs",      "2",
                       "--positions", "3",
                       "--first",     "20",
                       "--verify",    "1",
                       "--output",    (folder.path / "result").string()};
    const auto result = result_of(words + demo_preprocessing(), folder.path / "result");
    ASSERT_EQ(result["points"].size(), 8U);
    EXPECT_EQ(result["points"][7]["key"], "indexed/fixed8/bit=7");
    EXPECT_EQ(result["verification"]["trials_checked"], 16);
    EXPECT_EQ(result["verification"]["differences"], 0);
}

TEST(Quantize, FoldsOnlyOnRequest) {
    const TemporaryFolder folder;
    const auto path = folder.path / "folded.pt";
    EXPECT_THAT(expect_done(quantize(path) + Words{"--fold-only"}).out,
                testing::HasSubstr("folded.pt: float32"));
    expect_done(evaluate(path));
}

TEST(Quantize, FindsWidths) {
    const TemporaryFolder folder;
    expect_done(quantize(folder.path / "found.pt") + Words{"--bits", "auto", "--margin", "4"});
    const auto json = read_json(folder.path / "found.json");
    EXPECT_GE(json["accuracy"]["after"]["top1"].get<double>(),
              json["accuracy"]["before"]["top1"].get<double>() - 0.04 * 60);
    EXPECT_GT(json["width_search"]["trials"].size(), 3U);
}

/// Every command of these tests measures the first 60 images.
Words tuning(const fs::path& output) {
    return quantize(output) +
           Words{"--bits",       "4",  "--train",         project("configs/demo/images"),
                 "--train-skip", "60", "--train-first",   "60",
                 "--fine-tune",  "2",  "--learning-rate", "1e-4",
                 "--hold-out",   "4"};
}

TEST(Quantize, FineTunesOnRequestAndTellsWhatItChanged) {
    const TemporaryFolder folder;
    const auto path = folder.path / "tuned.pt";
    const auto said = expect_done(tuning(path));
    EXPECT_THAT(said.out, testing::HasSubstr("fine-tuning on 45 images, the epoch chosen by 15"));
    const auto json = read_json(folder.path / "tuned.json");
    const auto& told = json["fine_tuning"];
    ASSERT_EQ(told["epochs"].size(), 3U);
    EXPECT_EQ(told["settings"]["learning_rate"], 1e-4);
    EXPECT_EQ(told["untuned"]["top1"].get<int>() + told["answers"]["gained"].get<int>() -
                  told["answers"]["lost"].get<int>(),
              json["accuracy"]["after"]["top1"].get<int>());
    const auto found = core::Json::parse(expect_done(evaluate(path)).out);
    EXPECT_EQ(json["accuracy"]["after"]["top1"], found["top1"]);
    EXPECT_FALSE(fs::exists(folder.path / "tuned.pt.tuning"));
}

TEST(Quantize, RefusesToTrainOnWhatItMeasures) {
    const TemporaryFolder folder;
    const auto path = folder.path / "tuned.pt";
    expect_refused(tuning(path) + Words{"--train-skip", "59"}, 2, {"--train:", "--train-skip"});
    expect_refused(tuning(path) + Words{"--fine-tune", "0"}, 2, {"--train", "--fine-tune EPOCHS"});
    expect_refused(tuning(path) + Words{"--train", ""}, 2, {"--fine-tune", "--train"});
    expect_refused(tuning(path) + Words{"--fold-only"}, 2, {"--fold-only", "--fine-tune"});
}

TEST(Quantize, RefusesWhatItCantDoBeforeAnyWork) {
    const TemporaryFolder folder;
    const auto path = folder.path / "fixed.pt";
    expect_refused(quantize(path) + Words{"--bits", "31"}, 2, {"bits", "1 to 24"});
    expect_refused(quantize(""), 2, {"--output"});
    expect_refused(quantize(folder.path / "fixed.json"), 2, {"fixed.json"});
    expect_refused(quantize(path) + Words{"--images", "", "--calibrate",
                                          project("configs/demo/images"), "--bits", "auto"},
                   2, {"--images"});
    write(path, "mine");
    expect_refused(quantize(path), 2, {"fixed.pt is there already", "--force"});
    EXPECT_EQ(read(path), "mine");
}

TEST(Quantize, RefusesANetworkInFixedPoint) {
    const TemporaryFolder folder;
    const auto path = folder.path / "fixed.pt";
    expect_done(quantize(path));
    auto again = quantize(folder.path / "again.pt");
    again[1] = path.string();
    expect_refused(again, 3, {"fixed.pt", "fixed8 already"});
}

}  // namespace
}  // namespace faultline::cli
