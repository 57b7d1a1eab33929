// A device that has less memory than was planned with: fewer values are kept, and nothing else
// changes.

#include <c10/util/Exception.h>
#include <faultline/core/error.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <set>

#include "small_campaign.h"

namespace faultline {
namespace {

using evaluation::Evaluator;
using evaluation::Trial;

constexpr int batch = 32, size = 16;

[[noreturn]] void throw_out_of_memory() {
    throw c10::OutOfMemoryError({__func__, __FILE__, __LINE__}, "no memory");
}

/// A network whose steps throw what LibTorch throws when a device's memory runs out.
struct Scarce {
    network::Network network = tests::load_model("branches_scripted", size);
    std::int64_t calls = 0;
    std::set<std::int64_t> failing;  ///< which calls fail

    Scarce() {
        tests::wrap_steps(network, [this](const network::Step&, const tests::Run& run) {
            return [this, run](std::vector<c10::IValue> inputs) {
                if (failing.contains(calls++)) throw_out_of_memory();
                return run(std::move(inputs));
            };
        });
    }
    Scarce(const Scarce&) = delete;
    Scarce& operator=(const Scarce&) = delete;
};

std::vector<Trial> some_trials(const network::Network& network) {
    std::vector<Trial> trials = {{Trial::golden, {}}};
    const auto count = static_cast<int>(std::ssize(network.description().tensors));
    for (int tensor = 0; tensor < count; ++tensor)
        trials.push_back({Trial::golden, {tests::flip(tensor, 0, 27)}});
    std::int32_t parent = Trial::golden;
    for (const int tensor : {count - 1, 2, 4, 0}) {
        trials.push_back({parent, {tests::flip(tensor, 1, 26)}});
        parent = static_cast<std::int32_t>(trials.size() - 1);
    }
    trials.push_back({Trial::golden, {}});
    return trials;
}

struct Measured {
    std::vector<evaluation::Tally> tallies;
    std::int64_t announced = 0;  ///< trials, as they were finished
    evaluation::MemoryPlan plan;
    evaluation::Work work;
};

/// Every trial is checked by the reference. The calls named in `failing` are counted from here on.
Measured measure(Scarce& scarce, std::set<std::int64_t> failing = {}) {
    const auto& network = scarce.network;
    std::int64_t announced = 0;
    Evaluator evaluator(network, {}, tests::ample_plan(network, batch), [&] { ++announced; });
    const auto trials = some_trials(network);
    scarce.calls = 0;
    scarce.failing = std::move(failing);
    auto tallies = evaluator.measure(tests::block(batch, size), tests::plain_preprocessing(),
                                     trials, tests::every(trials));
    scarce.failing.clear();
    return {std::move(tallies), announced, evaluator.plan(), evaluator.work()};
}

std::vector<std::int64_t> widths(const evaluation::Work& work) {
    std::vector<std::int64_t> all;
    for (const auto& layer : work.layers) all.push_back(layer.block_width);
    return all;
}

TEST(OutOfMemory, KeepsFewerValuesAndCountsTheSameWhereverItStrikes) {
    Scarce scarce;
    const auto weights = scarce.network.weights_sha256();
    const auto ample = measure(scarce);
    const auto calls = scarce.calls;
    ASSERT_GT(calls, 300);
    for (std::int64_t strike = 0; strike < calls; strike += calls / 23) {
        const auto found = measure(scarce, {strike});
        EXPECT_EQ(found.tallies, ample.tallies) << strike;
        EXPECT_LT(found.plan.kept_count, ample.plan.kept_count) << strike;
        EXPECT_EQ(found.plan.batch, ample.plan.batch);
        EXPECT_EQ(found.work.trials, ample.work.trials) << strike;
        EXPECT_EQ(widths(found.work), widths(ample.work)) << strike;
        EXPECT_EQ(found.announced, ample.announced) << strike;
        EXPECT_EQ(found.work.trials_checked, ample.work.trials_checked) << strike;
        EXPECT_EQ(found.work.checks.words_restored, ample.work.checks.words_restored) << strike;
        EXPECT_GT(found.work.macs_done, ample.work.macs_done) << strike;
        EXPECT_EQ(scarce.network.weights_sha256(), weights) << strike;
    }
}

TEST(OutOfMemory, KeepsFewerEachTimeItStrikes) {
    Scarce scarce;
    const auto ample = measure(scarce);
    const auto once = measure(scarce, {50});
    const auto twice = measure(scarce, {50, 150});
    EXPECT_EQ(twice.tallies, ample.tallies);
    EXPECT_LE(once.plan.kept_bytes, ample.plan.kept_bytes / 2);
    EXPECT_LE(twice.plan.kept_bytes, once.plan.kept_bytes / 2);
    EXPECT_LT(twice.plan.bytes, once.plan.bytes);
}

/// What is said when tensors of more than `most` images never fit.
std::string said_when_never_enough(std::int64_t most) {
    Scarce scarce;
    const auto weights = scarce.network.weights_sha256();
    Evaluator evaluator(scarce.network, {}, tests::ample_plan(scarce.network, batch));
    tests::wrap_steps(scarce.network, [&](const network::Step&, const tests::Run& run) {
        return [most, run](std::vector<c10::IValue> inputs) {
            for (const auto& input : inputs) {
                if (!input.isTensor() || !input.toTensor().defined()) continue;
                if (input.toTensor().dim() == 4 && input.toTensor().size(0) > most)
                    throw_out_of_memory();
            }
            return run(std::move(inputs));
        };
    });
    std::string said;
    try {
        evaluator.measure(tests::block(batch, size), tests::plain_preprocessing(),
                          some_trials(scarce.network));
    } catch (const core::Error& error) {
        said = error.what();
    }
    EXPECT_EQ(scarce.network.weights_sha256(), weights);
    return said;
}

TEST(OutOfMemory, EndsWithTheWayOutWhenNothingIsLeftToGiveUp) {
    const int planning = 16;  // its pass over one image, and the weights, still fit
    const auto said = said_when_never_enough(planning);
    EXPECT_NE(said.find("smaller --batch"), std::string::npos) << said;
    EXPECT_NE(said.find("batch 32"), std::string::npos) << said;
}

TEST(OutOfMemory, EndsWithTheWayOutWhenThereIsNotEvenRoomToPlan) {
    const auto said = said_when_never_enough(0);
    EXPECT_NE(said.find("smaller --batch"), std::string::npos) << said;
}

TEST(OutOfMemory, IsKnownFromOtherErrors) {
    const auto thrown_by = [](const auto& action) {
        try {
            action();
        } catch (const std::exception& error) {
            return evaluation::is_out_of_memory(error);
        }
        return false;
    };
    EXPECT_TRUE(thrown_by([] { at::empty({std::int64_t{1} << 50}, at::kByte); }));
    EXPECT_TRUE(thrown_by([] { throw std::bad_alloc(); }));
    EXPECT_TRUE(thrown_by([] { throw std::runtime_error("CUDA error: out of memory"); }));
    EXPECT_FALSE(thrown_by([] { at::zeros({2}).view({3}); }));
}

}  // namespace
}  // namespace faultline
