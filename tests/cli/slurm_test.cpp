#include "../../src/cli/slurm.h"

#include <faultline/core/error.h>

#include <cstdlib>
#include <map>

#include "sweep_world.h"

namespace faultline::cli {
namespace {

/// Slurm's variables, SLURM_ARRAY_TASK_..., as long as it lives.
class Task {
 public:
    explicit Task(const std::map<std::string, std::string>& variables) {
        clear();
        for (const auto& [name, value] : variables) setenv(full(name).c_str(), value.c_str(), 1);
    }
    ~Task() { clear(); }
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;

 private:
    static std::string full(const std::string& name) { return "SLURM_ARRAY_TASK_" + name; }
    static void clear() {
        for (const auto* name : {"ID", "MIN", "MAX", "STEP", "COUNT"}) unsetenv(full(name).c_str());
    }
};

std::pair<int, int> place(const std::map<std::string, std::string>& variables) {
    const Task task(variables);
    const auto place = slurm_array_place();
    return {place.index, place.count};
}

std::string complaint(const std::map<std::string, std::string>& variables) {
    const Task task(variables);
    try {
        slurm_array_place();
    } catch (const core::Error& error) {
        EXPECT_EQ(error.fault(), core::Fault::usage);
        return error.what();
    }
    ADD_FAILURE() << "nothing was refused";
    return "";
}

TEST(Slurm, CountsTasksFromTheFirst) {
    using Place = std::pair<int, int>;
    EXPECT_EQ(place({{"ID", "0"}, {"MIN", "0"}, {"MAX", "3"}, {"STEP", "1"}}), Place(0, 4));
    EXPECT_EQ(place({{"ID", "3"}, {"MIN", "0"}, {"MAX", "3"}, {"STEP", "1"}}), Place(3, 4));
    EXPECT_EQ(place({{"ID", "11"}, {"MIN", "5"}, {"MAX", "11"}, {"STEP", "3"}, {"COUNT", "3"}}),
              Place(2, 3));
    EXPECT_EQ(place({{"ID", "4"}, {"MIN", "0"}, {"MAX", "7"}, {"STEP", "4"}}), Place(1, 2));
}

TEST(Slurm, VariablesThatAreMissingAreNamed) {
    const std::map<std::string, std::string> all = {
        {"ID", "1"}, {"MIN", "0"}, {"MAX", "3"}, {"STEP", "1"}};
    for (const auto& [name, unused] : all) {
        auto some = all;
        some.erase(name);
        EXPECT_THAT(complaint(some),
                    testing::StartsWith("SLURM_ARRAY_TASK_" + name + " isn't set"));
    }
}

TEST(Slurm, VariablesThatAreNoNumbersAreNamed) {
    for (const std::string wrong : {"", "-1", "1x", " 1", "1.5", "4294967295", "9999999999999"}) {
        EXPECT_THAT(complaint({{"ID", wrong}, {"MIN", "0"}, {"MAX", "3"}, {"STEP", "1"}}),
                    testing::StartsWith("SLURM_ARRAY_TASK_ID is '" + wrong + "', but"));
    }
    EXPECT_THAT(complaint({{"ID", "1"}, {"MIN", "0"}, {"MAX", "3"}, {"STEP", "0"}}),
                testing::StartsWith("SLURM_ARRAY_TASK_STEP is '0', but a whole number from 1"));
}

TEST(Slurm, VariablesThatDontGoTogetherAreRefused) {
    using testing::HasSubstr;
    EXPECT_THAT(complaint({{"ID", "4"}, {"MIN", "0"}, {"MAX", "3"}, {"STEP", "1"}}),
                HasSubstr("the task 4, but goes from 0 to 3"));
    EXPECT_THAT(complaint({{"ID", "1"}, {"MIN", "2"}, {"MAX", "3"}, {"STEP", "1"}}),
                HasSubstr("the task 1, but goes from 2 to 3"));
    EXPECT_THAT(complaint({{"ID", "1"}, {"MIN", "0"}, {"MAX", "4"}, {"STEP", "2"}}),
                HasSubstr("in steps of 2"));
    EXPECT_THAT(complaint({{"ID", "3"}, {"MIN", "1"}, {"MAX", "7"}, {"STEP", "1"}, {"COUNT", "3"}}),
                HasSubstr("gaps: 3 of 7 tasks"));
}

TEST(SweepRun, TakesItsCellFromSlurmWhenAsked) {
    const SweepWorld world;
    const Task task({{"ID", "12"}, {"MIN", "10"}, {"MAX", "13"}, {"STEP", "1"}, {"COUNT", "4"}});
    const auto result = result_of(world.run("slurm"), world.output / "bit=high,seed=1");
    EXPECT_EQ(result["sweep"]["index"], 2);
    expect_done(world.run("0"));
    EXPECT_TRUE(fs::exists(world.output / "bit=low,seed=1/result.json"));
}

TEST(SweepRun, WithAnArrayOfAnotherSizeIsRefused) {
    const SweepWorld world;
    {
        const Task task({{"ID", "0"}, {"MIN", "0"}, {"MAX", "4"}, {"STEP", "1"}});
        expect_refused(world.run("slurm"), 2,
                       {"--sweep-index: Slurm's array has 5 tasks, but " + world.file,
                        "has 4 cells", "--array=0-3"});
    }
    const Task none({});
    expect_refused(world.run("slurm"), 2, {"SLURM_ARRAY_TASK_ID isn't set"});
    EXPECT_FALSE(fs::exists(world.output));
}

}  // namespace
}  // namespace faultline::cli
