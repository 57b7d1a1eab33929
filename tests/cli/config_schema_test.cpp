#include <faultline/core/options.h>

#include "../../src/cli/settings.h"
#include "../../src/cli/sweep_file.h"
#include "world.h"

namespace faultline::cli {
namespace {

/// "section.key" of each.
Words described_keys() {
    Settings settings;
    Words keys;
    for (const auto& section : sections(settings)) {
        for (const auto& option : section.options) keys.push_back(section.name + "." + option.key);
    }
    return keys;
}

core::Json schema() { return read_json(project("configs/schema/config.schema.json")); }

Words schema_keys() {
    const auto json = schema();
    Words keys;
    for (const auto& [section, described] : json["properties"].items()) {
        for (const auto& [key, unused] : described["properties"].items()) {
            keys.push_back(section + "." + key);
        }
    }
    return keys;
}

TEST(ConfigSchema, HoldsExactlyTheKeysThatAreRead) {
    EXPECT_THAT(schema_keys(), testing::UnorderedElementsAreArray(described_keys()));
    EXPECT_EQ(schema()["additionalProperties"], false);
}

Words choices_of(const core::Option& option) {
    Words names;
    std::istringstream text(option.value_name);
    for (std::string name; std::getline(text, name, '|');) names.push_back(name);
    return names;
}

TEST(ConfigSchema, NamesTheSameChoices) {
    Settings settings;
    const auto json = schema();
    int count = 0;
    for (const auto& section : sections(settings)) {
        for (const auto& option : section.options) {
            const auto& described = json["properties"][section.name]["properties"][option.key];
            if (!described.contains("enum")) continue;
            const auto names = described["enum"].get<Words>();
            for (const auto& name : names) EXPECT_NO_THROW(option.write(name)) << option.key;
            if (option.value_name == "NAME") continue;  // formats: a family of names
            EXPECT_THAT(names, testing::UnorderedElementsAreArray(choices_of(option)));
            ++count;
        }
    }
    EXPECT_GE(count, 9);
}

/// Those of configs/, sweeps or not.
std::vector<fs::path> shipped(bool sweeps) {
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(project("configs"))) {
        const auto name = entry.path().filename().string();
        if (name.ends_with(".json") && name.starts_with("sweep-") == sweeps)
            paths.push_back(entry.path());
    }
    return paths;
}

TEST(Configs, ThatAreShippedAreRead) {
    EXPECT_GE(shipped(false).size(), 14U);
    for (const auto& path : shipped(false)) {
        Settings settings;
        const auto all = sections(settings);
        EXPECT_NO_THROW(core::apply(all, read_json(path), path.string()));
    }
}

TEST(Sweeps, ThatAreShippedAreRead) {
    EXPECT_GE(shipped(true).size(), 2U);
    for (const auto& path : shipped(true))
        EXPECT_GE(read_sweep(path.string()).cells.size(), 4U) << path;
}

TEST(Configs, EchoedAreReadAndChangeNothing) {
    Settings settings;
    settings.campaign.seed = 5;
    follow_paper(settings.dataset);
    const auto echo = core::values(sections(settings));
    Settings again;
    core::apply(sections(again), echo, "echo");
    EXPECT_EQ(core::values(sections(again)), echo);
    EXPECT_EQ(again.dataset, settings.dataset);
}

}  // namespace
}  // namespace faultline::cli
