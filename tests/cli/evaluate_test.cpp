#include "world.h"

namespace faultline::cli {
namespace {

using testing::HasSubstr;

Words evaluate(const Words& more) { return Words{"evaluate"} + demo() + more; }

/// The demonstration's images below `folder`. With `swapped` the first class folder gets the last
/// one's name and so on.
void copy_images(const fs::path& folder, bool swapped) {
    Words classes;
    for (const auto& entry : fs::directory_iterator(project("configs/demo/images"))) {
        classes.push_back(entry.path().filename().string());
    }
    std::sort(classes.begin(), classes.end());
    fs::create_directories(folder);
    for (std::size_t i = 0; i < classes.size(); ++i) {
        const auto& name = classes[swapped ? classes.size() - 1 - i : i];
        fs::copy(project("configs/demo/images/" + classes[i]), folder / name);
    }
}

TEST(Evaluate, CountsTheDemonstration) {
    const auto said = expect_done(evaluate({}));
    EXPECT_THAT(said.out, HasSubstr("images     400\n"));
    EXPECT_THAT(said.out, HasSubstr("top-1      389 right (0.9725)\n"));
    EXPECT_EQ(said.err, "");
}

TEST(Evaluate, PrintsJsonWhenAsked) {
    const auto said = expect_done(evaluate({"--first", "40", "--json"}));
    const auto found = core::parse_json(said.out, "stdout");
    EXPECT_EQ(found["images"], 40);
    EXPECT_EQ(found["top1_share"], found["top1"].get<double>() / 40);
    EXPECT_EQ(found["environment"]["threads"], 1);
}

TEST(Evaluate, AgreesWithItselfWhateverTheBatch) {
    const auto one = expect_done(evaluate({"--first", "40", "--batch", "1"}));
    EXPECT_EQ(one.out, expect_done(evaluate({"--first", "40", "--batch", "64"})).out);
}

TEST(Gate, PassesOrFailsByTheExitCode) {
    const Words exactly = {"--tolerance", "0"};
    const auto pass = faultline(evaluate(Words{"--expect-top1", "0.9725"} + exactly));
    EXPECT_EQ(pass.code, 0);
    EXPECT_THAT(pass.err, HasSubstr("pass top-1: 0.9725"));

    const auto fail = faultline(evaluate(Words{"--expect-top1", "0.97"} + exactly));
    EXPECT_EQ(fail.code, 1);
    EXPECT_THAT(fail.err, HasSubstr("FAIL top-1: 0.9725, expected 0.9700"));
    EXPECT_THAT(fail.out, HasSubstr("389 right")) << "the counts are told all the same";
}

TEST(Gate, HoldsAtBothEndsOfTheTolerance) {
    for (const std::string expected : {"0.9775", "0.9675"}) {
        EXPECT_EQ(faultline(evaluate({"--expect-top1", expected})).code, 0) << expected;
    }
    for (const std::string expected : {"0.9776", "0.9674"}) {
        EXPECT_EQ(faultline(evaluate({"--expect-top1", expected})).code, 1) << expected;
    }
}

TEST(Gate, FailsWhenEitherOfTwoFails) {
    const Words right = {"--expect-top1", "0.9725"};
    EXPECT_EQ(faultline(evaluate(right + Words{"--expect-top5", "1"})).code, 0);
    EXPECT_EQ(faultline(evaluate(right + Words{"--expect-top5", "0.9"})).code, 1);
}

TEST(Gate, CatchesSwappedLabels) {
    const TemporaryFolder folder;
    copy_images(folder.path / "right", false);
    copy_images(folder.path / "swapped", true);
    const Words gate = {"--expect-top1", "0.9725"};
    const auto right = evaluate(gate + Words{"--images", (folder.path / "right").string()});
    EXPECT_EQ(faultline(right).code, 0);
    const auto swapped = evaluate(gate + Words{"--images", (folder.path / "swapped").string()});
    EXPECT_EQ(faultline(swapped).code, 1);
}

TEST(Gate, TakesNothingButShares) {
    for (const std::string flag : {"--expect-top1", "--expect-top5", "--tolerance"}) {
        for (const std::string value : {"nan", "56.5", "-0.1", "inf", "much"}) {
            expect_refused(evaluate({flag, value}), 2,
                           {flag + ": ", "is not a number from 0 to 1"});
        }
    }
}

TEST(Progress, IsSilentWhereNobodyWatches) {
    const auto words = evaluate({"--first", "20"});
    EXPECT_EQ(expect_done(words + Words{"--progress", "auto"}).err, "");
    EXPECT_EQ(expect_done(words + Words{"--progress", "none"}).err, "");
    EXPECT_EQ(expect_done(words + Words{"--progress", "plain"}).err, "100 %, 0 s left\n");
}

TEST(Log, GoesToStderrAndToAFile) {
    const TemporaryFolder folder;
    const auto file = folder.path / "log";
    const auto words = evaluate({"--first", "20", "--log-file", file.string()});
    EXPECT_EQ(expect_done(words).err, "");
    EXPECT_EQ(read(file), "") << "warnings only, and there were none";

    const auto said = expect_done(words + Words{"--log-level", "info"});
    EXPECT_THAT(said.err, HasSubstr("20 images of 32 x 32"));
    EXPECT_EQ(read(file), said.err);
}

TEST(Log, ThatCannotBeWrittenIsRefused) {
    expect_refused(evaluate({"--log-file", "/proc/nowhere/log"}), 2,
                   {"--log-file", "/proc/nowhere"});
    expect_refused(evaluate({"--log-level", "warn"}), 2,
                   {"--log-level: \"warn\" is not one of trace, debug"});
}

}  // namespace
}  // namespace faultline::cli
