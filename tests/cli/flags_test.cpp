#include "../../src/cli/flags.h"
#include "../../src/cli/flag_text.h"
#include "world.h"

namespace faultline::cli {
namespace {

using testing::HasSubstr;

/// The config that a tiny campaign of the full test with these words echoes.
core::Json config_of(const Words& words) {
    const TemporaryFolder folder;
    const auto output = folder.path / "result";
    return result_of(
        Words{"run"} + demo() + Words{"--first", "2", "--output", output.string()} + words,
        output)["config"];
}

class Config : public testing::Test {
 protected:
    std::string file(const std::string& name, const std::string& text) const {
        write(folder.path / name, text);
        return (folder.path / name).string();
    }
    Words with(const std::string& text) const { return {"--config", file("config.json", text)}; }

    TemporaryFolder folder;
};

TEST_F(Config, LosesToFlagsAndWinsOverDefaults) {
    const auto config = config_of(with(R"({"campaign": {"runs": 2, "seed": 7, "errors": [3]}})") +
                                  Words{"--runs", "1"});
    EXPECT_EQ(config["campaign"]["runs"], 1);
    EXPECT_EQ(config["campaign"]["seed"], 7);
    EXPECT_EQ(config["campaign"]["errors"], core::Json({3}));
    EXPECT_EQ(config["campaign"]["positions"], 50);
}

TEST_F(Config, GivenLaterWins) {
    const auto one = file("1.json", R"({"campaign": {"runs": 2, "seed": 7, "errors": [3]}})");
    const auto two = file("2.json", R"({"campaign": {"runs": 1, "errors": "1-2"}})");
    const auto config = config_of({"--config", one, "--config", two});
    EXPECT_EQ(config["campaign"]["runs"], 1);
    EXPECT_EQ(config["campaign"]["seed"], 7);
    EXPECT_EQ(config["campaign"]["errors"], core::Json({1, 2}));
}

TEST_F(Config, MayHoldSectionsThatTheSubcommandDoesNotRead) {
    const auto words = with(R"({"campaign": {"runs": 2}, "output": {"csv": true}})");
    expect_done(Words{"evaluate", "--first", "2"} + demo() + words);
    expect_done(Words{"inspect", project("configs/demo/signs.pt")} + words);
}

TEST_F(Config, KeepsEveryDigitOfASeed) {
    const auto config = config_of(
        with(R"({"campaign": {"seed": 18446744073709551615, "runs": 1, "errors": [1]}})"));
    EXPECT_EQ(config["campaign"]["seed"], 18446744073709551615U);
}

TEST_F(Config, ThatIsNoConfigIsRefused) {
    const auto words = [&](const std::string& text) {
        return Words{"inspect", project("configs/demo/signs.pt")} + with(text);
    };
    expect_refused(words("runs: 3"), 2, {"config.json", "line 1"});
    expect_refused(words(""), 2, {"config.json"});
    expect_refused(words("[1, 2]"), 2, {"config.json: the config is array"});
    expect_refused(words(R"({"campaign": [1]})"), 2, {"config.json: section 'campaign' is array"});
    expect_refused(words(R"({"campaign": {"runs": 1, "runs": 2}})"), 2, {"'runs' appears twice"});
    expect_refused({"inspect", "--config", (folder.path / "none.json").string()}, 2,
                   {"none.json", "No such file"});
    expect_refused({"inspect", "--config", folder.path.string()}, 2, {"not a regular file"});
}

TEST_F(Config, WithAnUnknownNameIsRefusedWithTheNearest) {
    const auto words = [&](const std::string& text) {
        return Words{"inspect", project("configs/demo/signs.pt")} + with(text);
    };
    expect_refused(words(R"({"campaing": {}})"), 2,
                   {"unknown section 'campaing' in", "config.json", "did you mean 'campaign'?"});
    expect_refused(words(R"({"campaign": {"run": 3}})"), 2,
                   {"unknown key 'campaign.run'", "did you mean 'campaign.runs'?"});
    expect_refused(words(R"({"dataset": {"batch": 3}})"), 2,
                   {"unknown key 'dataset.batch'", "did you mean 'evaluation.batch'?"});
    expect_refused(words(R"({"general": {}})"), 2, {"unknown section 'general'"});
}

TEST_F(Config, WithAValueOfAnotherTypeIsRefused) {
    const auto words = [&](const std::string& text) {
        return Words{"inspect", project("configs/demo/signs.pt")} + with(text);
    };
    for (const std::string text :
         {R"({"campaign": {"runs": "3"}})", R"({"campaign": {"runs": 0}})",
          R"({"campaign": {"runs": 1.5}})", R"({"campaign": {"rate": "much"}})",
          R"({"campaign": {"roles": "weight"}})", R"({"campaign": {"replacement": 1}})",
          R"({"campaign": {"test": "layers"}})", R"({"dataset": {"mean": [1, 2]}})",
          R"({"dataset": {"deviation": [1, 0, 1]}})", R"({"network": {"model": 5}})",
          R"({"evaluation": {"batch": -1}})", R"({"campaign": {"compat": "papers"}})"}) {
        expect_refused(words(text), 2, {"config.json: "});
    }
}

TEST_F(Config, StartsFromThePapersChoicesWhereverCompatIsSaid) {
    const Words paper = {"--compat", "paper"};
    const Words one = {"--runs", "1", "--errors", "1", "--resize-size", "32"};
    const auto defaults = config_of(paper + one);
    EXPECT_EQ(defaults["campaign"]["roles"], core::Json({"weight"}));
    EXPECT_EQ(defaults["campaign"]["replacement"], true);
    EXPECT_EQ(defaults["dataset"]["one_per_class"], true);

    // What a file says beside it wins, although the flag that says compat is read later.
    const auto words = with(R"({"campaign": {"errors": [2, 3], "runs": 1, "roles": ["bias"]},
                                "dataset": {"one_per_class": false}})");
    const auto config = config_of(words + paper);
    EXPECT_EQ(config["campaign"]["compat"], "paper");
    EXPECT_EQ(config["campaign"]["errors"], core::Json({2, 3}));
    EXPECT_EQ(config["campaign"]["roles"], core::Json({"bias"}));
    EXPECT_EQ(config["campaign"]["replacement"], true);
    EXPECT_EQ(config["dataset"]["one_per_class"], false);
}

TEST_F(Config, TakesThePapersPreparationOfImages) {
    const auto config =
        config_of({"--compat", "paper", "--preprocessing", "caffe", "--resize", "squash",
                   "--resize-size", "32", "--crop", "0", "--runs", "1", "--errors", "1"});
    EXPECT_EQ(config["dataset"]["preprocessing"], "caffe");

    const TemporaryFolder output;
    const auto result = result_of(
        {"run", project("configs/demo/signs.pt"), "--images", project("configs/demo/images"),
         "--threads", "1", "--compat", "paper", "--resize-size", "32", "--runs", "1", "--errors",
         "1", "--output", output.path.string()},
        output.path);
    const auto& dataset = result["config"]["dataset"];
    EXPECT_EQ(dataset["preprocessing"], "caffe");
    EXPECT_EQ(dataset["resize"], "squash");
    EXPECT_EQ(dataset["crop"], 0);
    EXPECT_EQ(dataset["channels"], "bgr");
    EXPECT_EQ(result["images"]["count"], 10);
    EXPECT_EQ(result["conventions"]["deviation"], "population");
}

TEST_F(Config, FollowsTheLastWordOnCompat) {
    const auto words = with(R"({"campaign": {"compat": "paper", "errors": [1], "runs": 1}})");
    const auto config = config_of(words + Words{"--compat", "none"});
    EXPECT_EQ(config["campaign"]["compat"], "none");
    EXPECT_EQ(config["campaign"]["errors"], core::Json({1}));
    EXPECT_EQ(config["campaign"]["replacement"], false);
    EXPECT_EQ(config["dataset"]["one_per_class"], false);
}

TEST(Flag, TakesItsValueBehindASpaceOrAnEqualsSign) {
    const Words both = {"--runs=1", "--errors", "1,3-5", "--tensors=*weight", "--labels="};
    const auto config = config_of(both);
    EXPECT_EQ(config["campaign"]["runs"], 1);
    EXPECT_EQ(config["campaign"]["errors"], core::Json({1, 3, 4, 5}));
    EXPECT_EQ(config["campaign"]["tensors"], "*weight");
    EXPECT_EQ(config["dataset"]["labels"], "");
}

TEST(Flag, OfASwitchHasAnOpposite) {
    const Words one = {"--runs", "1", "--errors", "1"};
    EXPECT_EQ(config_of(one + Words{"--replacement"})["campaign"]["replacement"], true);
    EXPECT_EQ(config_of(one + Words{"--no-replacement"})["campaign"]["replacement"], false);
    const auto config = config_of(one + Words{"--replacement", "--no-replacement"});
    EXPECT_EQ(config["campaign"]["replacement"], false) << "the later one counts";
}

TEST(Flag, OfASwitchTakesNoValue) {
    expect_campaign_refused({"--csv=maybe"}, 2, {"--csv: takes no value", "--csv and --no-csv"});
    expect_campaign_refused({"--no-csv=x"}, 2, {"--no-csv: takes no value", "--csv and --no-csv"});
}

TEST(Flag, GivenTwiceCountsTheSecondTime) {
    const auto config = config_of({"--runs", "3", "--errors", "1", "--runs", "1"});
    EXPECT_EQ(config["campaign"]["runs"], 1);
}

TEST(Flag, ThatIsRepeatableIsAListOfWhatWasGiven) {
    CLI::App app;
    std::vector<std::string> values;
    const core::Section section = {"gates",
                                   {core::repeatable_option("gate", values, "a bound", "EXPR")}};
    Flags flags;
    flags.add(app, section);
    app.parse("--gate 'a, b' --gate=c");
    apply_flags(std::vector{section}, flags.given());
    EXPECT_EQ(values, (Words{"a, b", "c"}));
}

TEST(Flag, WithoutItsValueIsRefused) {
    expect_refused({"run", "--runs"}, 2, {"--runs", "missing"});
    expect_refused({"run", "--output", "--force"}, 2,
                   {"--output: FOLDER is missing before --force"});
    expect_refused({"run", "--runs=", "--seed", "1"}, 2, {"--runs: \"\" is not a whole number"});
}

TEST(Flag, WithAValueThatDoesNotFitIsNamed) {
    for (const auto& [flag, value] : std::vector<std::pair<std::string, std::string>>{
             {"--runs", "x"},        {"--runs", "0"},           {"--runs", "1.5"},
             {"--first", "-1"},      {"--batch", "-1"},         {"--threads", "-1"},
             {"--rate", "nan"},      {"--rate", "inf"},         {"--rate", "1.1"},
             {"--errors", "5-1"},    {"--errors", "1,x"},       {"--bits", "-1"},
             {"--bits", "96"},       {"--seed", "-1"},          {"--seed", "18446744073709551616"},
             {"--scale", "0"},       {"--mean", "1,2"},         {"--deviation", "1,0,1"},
             {"--test", "layers"},   {"--policy", "equals"},    {"--channels", "RGB"},
             {"--progress", "bar"},  {"--positions", "0"},      {"--bits-per-error", "0"},
             {"--layout", "folder"}, {"--allow-bad-images", ""}}) {
        expect_refused(Words{"run", flag, value}, 2, {"faultline: " + flag + ": "});
    }
}

TEST(Flag, ThatIsUnknownIsRefusedWithTheNearest) {
    expect_refused({"run", "--runz", "5"}, 2, {"unknown flag --runz; did you mean --runs?"});
    expect_refused({"run", "--thread=5"}, 2, {"unknown flag --thread; did you mean --threads?"});
    expect_refused({"evaluate", "--expect-top2", "1"}, 2, {"did you mean --expect-top1?"});
    expect_refused({"inspect", "--colour"}, 2,
                   {"unknown flag --colour; see faultline inspect --help"});
    expect_refused({"replay", "--pont", "x"}, 2, {"unknown flag --pont; did you mean --point?"});
    expect_refused({"run", "-r"}, 2, {"unknown flag -r"});
}

TEST(Flag, BeforeTheSubcommandIsRefused) {
    expect_refused({"--threads", "2", "run"}, 2, {"--threads stands before the subcommand"});
}

TEST(Words, ThatBelongToNothingAreRefused) {
    expect_refused({"inspect", "a.pt", "b.pt"}, 2, {"'b.pt' belongs to no flag"});
    expect_refused({"run", "a.pt", "evaluate"}, 2, {"'evaluate' belongs to no flag"});
}

TEST(Subcommand, ThatIsUnknownIsRefusedWithTheNearest) {
    expect_refused({"rnu"}, 2, {"no subcommand 'rnu'; did you mean run?"});
    expect_refused({"replya", "result"}, 2, {"did you mean replay?"});
    expect_refused({"measure"}, 2, {"no subcommand 'measure'; see faultline --help"});
    expect_refused({"--halp"}, 2, {"did you mean --help?"});
    expect_refused({}, 2, {"no subcommand; see faultline --help"});
}

TEST(FlagText, IsWhatTheFlagWouldTake) {
    EXPECT_EQ(flag_text({1, 2, 3, 7, 8, 10}), "1-3,7,8,10");
    EXPECT_EQ(flag_text({"weight", "bias"}), "weight,bias");
    EXPECT_EQ(flag_text(core::Json::array()), "");
    EXPECT_EQ(flag_text(nullptr), "none");
    EXPECT_EQ(flag_text(0.5), "0.5");
    EXPECT_EQ(flag_text("text"), "text");
    EXPECT_EQ(flag_text({0.5, 1.5, 2.5}), "0.5,1.5,2.5");
}

}  // namespace
}  // namespace faultline::cli
