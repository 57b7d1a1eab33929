#include "../../src/cli/settings.h"
#include "world.h"

namespace faultline::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::StartsWith;

Words flags_of(const Words& section_names, const std::string& without = "") {
    Settings settings;
    Words flags;
    for (const auto& section : sections(settings)) {
        if (std::find(section_names.begin(), section_names.end(), section.name) ==
            section_names.end()) {
            continue;
        }
        for (const auto& option : section.options)
            if (option.key != without) flags.push_back(option.flag());
    }
    return flags;
}

void expect_flags(const std::string& subcommand, const Words& flags) {
    const auto said = faultline({subcommand, "--help"});
    EXPECT_EQ(said.code, 0);
    EXPECT_EQ(said.err, "");
    EXPECT_THAT(said.out, HasSubstr("Usage: faultline " + subcommand));
    for (const auto& flag : flags)
        EXPECT_THAT(said.out, ContainsRegex("\n  (-[a-z], )?" + flag)) << subcommand;
}

void expect_help(const std::string& subcommand, const Words& flags) {
    expect_flags(subcommand, flags + Words{"--config", "--progress", "--log-level", "--log-file"});
}

TEST(Help, NamesEveryFlag) {
    expect_help("run", flags_of({"network", "dataset", "campaign", "evaluation", "output", "gates",
                                 "cache"}) +
                           Words{"--sweep", "--sweep-index"});
    expect_help("plan", flags_of({"network", "dataset", "evaluation", "cache"}, "quantized") +
                            Words{"--test", "--runs", "--errors", "--margin", "--confidence",
                                  "--budget", "--probe-runs", "--probe-images", "--json"});
    expect_help("evaluate", flags_of({"network", "dataset", "evaluation", "cache"}, "quantized") +
                                Words{"--expect-top1", "--expect-top5", "--tolerance", "--json"});
    expect_help("inspect", flags_of({"network"}, "quantized") + Words{"--input", "--json"});
    expect_help("replay", flags_of({"network", "dataset", "evaluation", "cache"}) +
                              Words{"--run", "--point", "--result"});
    expect_help("merge", {"--model", "--output", "--csv", "--force", "--result", "--gate"});
    expect_help("compare",
                flags_of({"gates"}) + Words{"--confidence", "--seed", "--gates-only", "--json"});
    expect_help("selftest", flags_of({"network", "dataset", "evaluation", "cache"}, "quantized") +
                                Words{"--json"});
    expect_flags("sweep", {"--sweep", "--json"});
    expect_flags("collect", {"--output", "--force", "--sweep", "--allow-missing"});
    expect_flags("risk", {"--result", "--fit-per-mbit", "--hours", "--below", "--drop",
                          "--confidence", "--json"});
}

TEST(Help, GroupsFlagsAndTellsDefaults) {
    const auto help = faultline({"run", "--help"}).out;
    for (const std::string part :
         {"\nnetwork:\n", "\ndataset:\n", "\ncampaign:\n", "\nevaluation:\n", "\noutput:\n",
          "drawn [60]\n", "rising [1-50]\n", "for the result [faultline-result]\n",
          "test type [full]\n", "[weight,bias,scale,shift]\n", "\n  --csv, --no-csv ", "\ncache:\n",
          "\n  --cache, --no-cache "}) {
        EXPECT_THAT(help, HasSubstr(part));
    }
}

TEST(Help, OfTheWholeNamesSubcommandsAndExitCodes) {
    for (const auto& words : {Words{"--help"}, Words{"-h"}}) {
        const auto said = faultline(words);
        EXPECT_EQ(said.code, 0);
        for (const std::string part :
             {"\n  run ", "\n  evaluate ", "\n  inspect ", "\n  replay ", "\n  sweep ",
              "\n  merge ", "\n  selftest ", "\n  collect ", "\n  compare ", "\n  risk ",
              "\n  plan ", "Exit codes: 0 done, 1 a gate failed, 2 usage"}) {
            EXPECT_THAT(said.out, HasSubstr(part));
        }
    }
}

TEST(Version, IsOneLine) {
    const auto said = faultline({"--version"});
    EXPECT_EQ(said.code, 0);
    EXPECT_THAT(said.out, testing::MatchesRegex("faultline [0-9]+\\.[0-9]+\\.[0-9]+ \\(.+\\)\n"));
    EXPECT_EQ(said.err, "");
}

}  // namespace
}  // namespace faultline::cli
