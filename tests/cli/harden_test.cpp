#include "world.h"

namespace faultline::cli {
namespace {

/// Ranges of 100 of the demonstration's images; golden on 60 others.
Words harden(const fs::path& output) {
    return Words{"harden"} + demo() +
           Words{"--clip", "--first", "60", "--calibrate-skip", "60",           "--calibrate-first",
                 "100",    "--batch", "20", "--output",         output.string()};
}

/// The same images for both.
Words harden_on_its_own(const fs::path& output, const std::string& beyond) {
    return harden(output) +
           Words{"--calibrate-skip", "0", "--calibrate-first", "60", "--beyond", beyond};
}

Words on(const std::string& command, const std::string& model) {
    auto words = Words{command} + demo();
    words[1] = model;
    return words;
}

std::string demo_model() { return project("configs/demo/signs.pt"); }

/// 30 flips anywhere, three times.
Words campaign(const std::string& model, const fs::path& output) {
    return on("run", model) + Words{"--test",   "full", "--errors", "30",
                                    "--runs",   "3",    "--first",  "60",
                                    "--verify", "1",    "--seed",   "5",
                                    "--batch",  "20",   "--output", output.string()};
}

core::Json golden(const std::string& model) {
    return core::Json::parse(
        expect_done(on("evaluate", model) + Words{"--first", "60", "--batch", "20", "--json"}).out);
}

TEST(Harden, WritesANetworkThatTellsWhatWasDoneToIt) {
    const TemporaryFolder folder;
    const auto path = folder.path / "hard.pt", json = folder.path / "hard.json";
    const auto said = expect_done(harden(path) + Words{"--json", json.string(), "--slack", "1.25"});
    EXPECT_THAT(said.out, testing::HasSubstr("hard.pt: clip, bound, slack 1.25"));
    EXPECT_THAT(said.out, testing::HasSubstr("aten::relu"));
    const auto told = read_json(json);
    EXPECT_EQ(told["hardening"]["slack"], 1.25);
    EXPECT_EQ(told["hardening"]["calibration"]["count"], 100);
    EXPECT_EQ(told["points"].size(), told["hardening"]["points"].get<std::size_t>());
    std::int64_t elements = 0;
    for (const auto& point : told["points"]) elements += point["elements"].get<std::int64_t>();
    EXPECT_EQ(told["hardening"]["added_operations"], 2 * elements);
    EXPECT_EQ(told["golden"]["after"]["top1"], golden(path.string())["top1"]);
    EXPECT_GT(told["timing"]["after_seconds"].get<double>(), 0);

    EXPECT_THAT(expect_done({"inspect", path.string()}).out, testing::HasSubstr("hardened: clip"));
    const auto inspected = core::Json::parse(expect_done({"inspect", path.string(), "--json"}).out);
    EXPECT_EQ(inspected["hardening"], told["hardening"]);
    const auto plain = core::Json::parse(expect_done({"inspect", demo_model(), "--json"}).out);
    EXPECT_TRUE(plain["hardening"].is_null());
}

TEST(Harden, ChangesNoCountOfTheImagesThatSetTheRanges) {
    const TemporaryFolder folder;
    for (const auto* beyond : {"bound", "zero"}) {
        const auto path = folder.path / (std::string(beyond) + ".pt");
        EXPECT_THAT(expect_done(harden_on_its_own(path, beyond)).out,
                    testing::HasSubstr("60 of 60 images have the very scores they had"));
        auto before = golden(demo_model()), after = golden(path.string());
        before.erase("environment");
        after.erase("environment");
        EXPECT_EQ(before, after);
    }
}

TEST(Harden, MeetsTheSameFaultsAsBeforeAndComparesWithIt) {
    const TemporaryFolder folder;
    const auto path = folder.path / "hard.pt";
    expect_done(harden(path));
    const auto before =
        result_of(campaign(demo_model(), folder.path / "before"), folder.path / "before");
    const auto after =
        result_of(campaign(path.string(), folder.path / "after"), folder.path / "after");
    EXPECT_EQ(read(folder.path / "before/faults.csv"), read(folder.path / "after/faults.csv"));
    EXPECT_EQ(before["formats"][0]["parameters_sha256"], after["formats"][0]["parameters_sha256"]);
    EXPECT_FALSE(before["network"].contains("hardening"));
    EXPECT_EQ(after["network"]["hardening"]["method"], "clip");
    EXPECT_EQ(after["verification"]["differences"], 0);
    EXPECT_GT(after["points"][0]["statistics"]["top1"]["mean"].get<double>(),
              before["points"][0]["statistics"]["top1"]["mean"].get<double>());
    EXPECT_THAT(expect_done({"compare", (folder.path / "before").string(),
                             (folder.path / "after").string()})
                    .out,
                testing::HasSubstr("paired"));
}

TEST(Harden, MakesTheSameBytesAgain) {
    const TemporaryFolder folder;
    expect_done(harden(folder.path / "one.pt"));
    expect_done(harden(folder.path / "two.pt"));
    const auto hash = [&](const char* name) {
        return core::Json::parse(
            expect_done({"inspect", (folder.path / name).string(), "--json"}).out)["model_sha256"];
    };
    EXPECT_EQ(hash("one.pt"), hash("two.pt"));
}

TEST(Harden, WritesNothingWhereGoldenFallsBelowTheMargin) {
    const TemporaryFolder folder;
    const auto path = folder.path / "hard.pt", json = folder.path / "hard.json";
    // One image's ranges are too narrow for the others, and zeros are harsh.
    const auto said = faultline(harden(path) + Words{"--calibrate-first", "1", "--beyond", "zero",
                                                     "--margin", "0", "--json", json.string()});
    EXPECT_EQ(said.code, 1) << said.out;
    EXPECT_THAT(said.err, testing::HasSubstr("FAIL margin: golden's top-1 share falls by 0."));
    EXPECT_FALSE(fs::exists(path));
    EXPECT_FALSE(fs::exists(json));
}

TEST(Harden, WarnsWhereGoldenCantFall) {
    const TemporaryFolder folder;
    const auto said =
        expect_done(harden(folder.path / "hard.pt") +
                    Words{"--images", "", "--calibrate", project("configs/demo/images")});
    EXPECT_THAT(said.err, testing::HasSubstr("measured on the calibration images"));
    EXPECT_THAT(said.out, testing::HasSubstr("100 of 100 images have the very scores"));
}

TEST(Harden, AFixedPointCopyOfAHardenedNetworkIsMeasuredBesideIt) {
    const TemporaryFolder folder;
    const auto path = folder.path / "hard.pt", fixed = folder.path / "fixed.pt";
    const auto folded = folder.path / "folded.pt";
    expect_done(harden(path));
    const auto quantized = [&](const fs::path& output) {
        return on("quantize", path.string()) +
               Words{"--first", "60", "--calibrate-first", "30", "--output", output.string()};
    };
    expect_done(quantized(folded) + Words{"--fold-only"});
    expect_done(quantized(fixed));
    const auto output = folder.path / "result";
    const auto result =
        result_of(campaign(folded.string(), output) + Words{"--quantized", fixed.string()}, output);
    EXPECT_EQ(result["network"]["hardening"]["method"], "clip");
    EXPECT_EQ(result["formats"].size(), 2U);
    EXPECT_EQ(result["verification"]["differences"], 0);

    const auto soft = folder.path / "soft.pt";
    auto words = quantized(soft);
    words[1] = demo_model();
    expect_done(words);
    expect_refused(
        campaign(folded.string(), folder.path / "other") + Words{"--quantized", soft.string()}, 3,
        {"hardened differently"});
}

TEST(Harden, RefusesWhatItCantDoBeforeAnyWork) {
    const TemporaryFolder folder;
    const auto path = folder.path / "hard.pt";
    expect_refused(harden(path) + Words{"--no-clip"}, 2, {"--clip"});
    expect_refused(harden(""), 2, {"--output"});
    expect_refused(harden(path) + Words{"--images", ""}, 2, {"--calibrate"});
    expect_refused(harden(path) + Words{"--slack", "0.9"}, 2, {"slack", "0.9"});
    expect_refused(harden(path) + Words{"--beyond", "one"}, 2, {"beyond", "bound"});
    expect_refused(harden(path) + Words{"--calibrate", (folder.path / "none").string()}, 3,
                   {"none"});
    write(path, "mine");
    expect_refused(harden(path), 2, {"hard.pt is there already", "--force"});
    EXPECT_EQ(read(path), "mine");
    write(folder.path / "told.json", "mine, too");
    expect_refused(
        harden(folder.path / "new.pt") + Words{"--json", (folder.path / "told.json").string()}, 2,
        {"told.json is there already"});
    expect_done(harden(path) + Words{"--force"});
}

TEST(Harden, RefusesNetworksThatItCantHarden) {
    const TemporaryFolder folder;
    const auto path = folder.path / "hard.pt";
    const auto of = [&](const std::string& model) {
        auto words = harden(folder.path / "again.pt");
        words[1] = model;
        return words;
    };
    expect_done(harden(path));
    expect_refused(of(path.string()), 3, {"hard.pt", "hardened already (clip, bound, slack 1)"});
    expect_refused(of(tests::model("fixed8")), 3, {"fixed8.pt", "then quantize that"});
    expect_refused(of(tests::model("frozen")), 3, {"frozen.pt"});
    expect_refused(of(project("README.md")), 3, {"README.md"});
    EXPECT_FALSE(fs::exists(folder.path / "again.pt"));
}

}  // namespace
}  // namespace faultline::cli
