#include <faultline/core/error.h>
#include <gtest/gtest.h>

#include "small_campaign.h"

namespace faultline {
namespace {

using evaluation::parse_bytes;
using evaluation::plan_memory;

constexpr std::int64_t tebi = std::int64_t{1} << 40;

TEST(MemoryPlan, KeepsEverythingWhereThereIsRoom) {
    const auto network = tests::load_model("branches_scripted", 16);
    const auto plan = plan_memory(network, {.budget_bytes = tebi, .image_count = 1000});
    EXPECT_EQ(plan.kept_count, plan.wanted_count);
    EXPECT_GT(plan.kept_count, 3);
    EXPECT_TRUE(plan.shortage().empty());
    EXPECT_LE(plan.batch, 128);
    EXPECT_LE(plan.bytes, plan.budget_bytes);
}

TEST(MemoryPlan, ChoosesBatchesThatDivideTheImagesEvenly) {
    const auto network = tests::load_model("plain_scripted", 8);
    EXPECT_EQ(plan_memory(network, {.budget_bytes = tebi, .image_count = 130}).batch, 65);
    EXPECT_EQ(plan_memory(network, {.budget_bytes = tebi, .image_count = 20}).batch, 20);
    EXPECT_EQ(plan_memory(network, {.budget_bytes = tebi, .image_count = 20, .batch = 64}).batch,
              20);
    EXPECT_EQ(plan_memory(network, {.budget_bytes = tebi, .image_count = 130, .batch = 64}).batch,
              64);
}

TEST(MemoryPlan, FirstKeepsLessThenShrinksTheBatchThenRefuses) {
    const auto network = tests::load_model("branches_scripted", 16);
    const auto ample = plan_memory(network, {.budget_bytes = tebi, .image_count = 16});
    int last_kept = ample.kept_count, last_batch = ample.batch;
    bool kept_less = false, smaller = false, refused = false;
    for (auto budget = ample.bytes; budget > 1024 && !refused; budget = budget * 9 / 10) {
        try {
            const auto plan = plan_memory(network, {.budget_bytes = budget, .image_count = 16});
            EXPECT_LE(plan.bytes, budget);
            EXPECT_LE(plan.batch, last_batch);
            EXPECT_TRUE(plan.batch == 16 || plan.kept_count == 1) << "the output alone";
            kept_less = kept_less || (plan.batch == 16 && plan.kept_count < last_kept);
            smaller = smaller || plan.batch < 16;
            EXPECT_EQ(plan.shortage().empty(), plan.kept_count == plan.wanted_count);
            last_batch = plan.batch;
        } catch (const core::Error& error) {
            refused = true;
            EXPECT_EQ(error.fault(), core::Fault::usage);
            EXPECT_NE(std::string(error.what()).find("--memory"), std::string::npos);
        }
    }
    EXPECT_TRUE(kept_less);
    EXPECT_TRUE(smaller);
    EXPECT_TRUE(refused);
}

TEST(MemoryPlan, NeverChangesAGivenBatch) {
    const auto network = tests::load_model("branches_scripted", 16);
    const auto ample = plan_memory(network, {.budget_bytes = tebi, .image_count = 99, .batch = 24});
    for (auto budget = ample.bytes;; budget = budget * 9 / 10) {
        try {
            EXPECT_EQ(plan_memory(network, {.budget_bytes = budget, .image_count = 99, .batch = 24})
                          .batch,
                      24);
        } catch (const core::Error& error) {
            EXPECT_LT(budget, ample.bytes);
            EXPECT_NE(std::string(error.what()).find("smaller --batch"), std::string::npos);
            break;
        }
    }
}

TEST(Bytes, AreReadWithTheirUnits) {
    EXPECT_EQ(parse_bytes("auto"), 0);
    EXPECT_EQ(parse_bytes("512MiB"), 512LL << 20);
    EXPECT_EQ(parse_bytes("1.5 GiB"), 3LL << 29);
    EXPECT_EQ(parse_bytes("8G"), 8LL << 30);
    EXPECT_EQ(parse_bytes("2GB"), 2'000'000'000);
    for (const char* text : {"", "8", "GiB", "-1GiB", "nan GiB", "1 TiB?", "0GiB", "1e400GiB"})
        EXPECT_THROW(parse_bytes(text), core::Error) << text;
}

TEST(Bytes, UsedByThisProcessAreCounted) {
    const auto before = evaluation::used_bytes(at::kCPU);
    const std::vector<char> large(std::size_t{64} << 20, 'x');
    EXPECT_GE(evaluation::used_bytes(at::kCPU), before + (std::int64_t{60} << 20));
    EXPECT_EQ(large.back(), 'x');
    EXPECT_GT(evaluation::default_budget_bytes(at::kCPU), evaluation::used_bytes(at::kCPU));
}

}  // namespace
}  // namespace faultline
