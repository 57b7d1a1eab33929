#include <c10/core/CPUAllocator.h>
#include <faultline/core/error.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>

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
            const auto said = plan.shortage();
            const auto says = [&](const char* text) { return said.find(text) != said.npos; };
            EXPECT_EQ(says("values are kept"), plan.kept_count < plan.wanted_count);
            EXPECT_EQ(says("rather than 16"), plan.batch < 16);
            EXPECT_EQ(said.empty(), plan.kept_count == plan.wanted_count && plan.batch == 16);
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

/// Hands out LibTorch's memory on the host and counts what is in use.
class CountingAllocator : public c10::Allocator {
 public:
    static CountingAllocator& get() {
        static CountingAllocator only;
        return only;
    }
    c10::Allocator* base() const { return base_; }
    std::int64_t most() const { return most_; }
    void begin() { most_ = alive_ = 0; }

    c10::DataPtr allocate(std::size_t bytes) override {
        void* memory = base_->raw_allocate(bytes);
        const std::scoped_lock lock(mutex_);
        bytes_[memory] = static_cast<std::int64_t>(bytes);
        most_ = std::max(most_, alive_ += bytes_[memory]);
        return {memory, memory, &release, at::kCPU};
    }
    c10::DeleterFnPtr raw_deleter() const override { return &release; }
    void copy_data(void* to, const void* from, std::size_t bytes) const override {
        base_->copy_data(to, from, bytes);
    }

 private:
    CountingAllocator() : base_(c10::GetCPUAllocator()) {}

    static void release(void* memory) {
        auto& self = get();
        {
            const std::scoped_lock lock(self.mutex_);
            self.alive_ -= self.bytes_[memory];
            self.bytes_.erase(memory);
        }
        self.base_->raw_deallocate(memory);
    }

    c10::Allocator* base_;
    std::mutex mutex_;
    std::map<void*, std::int64_t> bytes_;
    std::int64_t alive_ = 0, most_ = 0;
};

/// Counts while it lives.
struct Counting {
    Counting() {
        CountingAllocator::get().begin();
        c10::SetCPUAllocator(&CountingAllocator::get(), 1);
    }
    ~Counting() { c10::SetCPUAllocator(CountingAllocator::get().base(), 1); }
    Counting(const Counting&) = delete;
    Counting& operator=(const Counting&) = delete;
};

/// The largest number of bytes that tensors took at one time.
std::int64_t peak_of(const network::Network& network, int size,
                     const evaluation::MemoryPlan& plan) {
    const auto trials = tests::many_trials(network);
    const auto images = tests::block(plan.batch, size);
    evaluation::Evaluator evaluator(network, {}, plan);
    const Counting counting;
    evaluator.measure(images, tests::plain_preprocessing(), trials, tests::every(trials));
    return CountingAllocator::get().most();
}

TEST(MemoryPlan, IsKeptToHoweverLittleThereIs) {
    for (const auto& [name, size] :
         {tests::TinyModel{"branches_scripted", 40}, {"wide", 40}, {"attention", 40}}) {
        const auto network = tests::load_model(name, size);
        const auto ample = tests::ample_plan(network, 32);
        const auto everything = peak_of(network, size, ample);
        EXPECT_LE(everything, ample.bytes) << name;
        std::int64_t least = everything;
        for (const double share : {0.8, 0.6, 0.4}) {
            const auto budget = static_cast<std::int64_t>(share * static_cast<double>(ample.bytes));
            try {
                const auto plan =
                    plan_memory(network, {.budget_bytes = budget, .image_count = 32, .batch = 32});
                least = peak_of(network, size, plan);
                EXPECT_LE(least, budget) << name << ", " << share;
            } catch (const core::Error&) {
                break;
            }
        }
        EXPECT_LT(least, everything * 9 / 10) << name << ": keeping less took less";
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
