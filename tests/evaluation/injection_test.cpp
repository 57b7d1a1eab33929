#include <faultline/core/error.h>
#include <faultline/evaluation/injection.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <stdexcept>

#include "support/networks.h"

namespace faultline {
namespace {

using evaluation::Injection;
using evaluation::WordChange;

fault::Effect toggle(std::int32_t tensor, std::int64_t element, std::uint32_t mask) {
    return fault::effect({fault::WeightWord{tensor, element}, mask});
}

std::uint32_t word(const network::Network& network, int tensor, std::int64_t element) {
    return static_cast<const std::uint32_t*>(
        network.weight(tensor).contiguous().data_ptr())[element];
}

/// One effect in each tensor, on a bit that makes Inf or NaN as often as not, some words twice.
std::vector<fault::Effect> many_effects(const network::Network& network) {
    std::vector<fault::Effect> effects;
    const auto& tensors = network.description().tensors;
    for (std::int32_t t = 0; t < static_cast<std::int32_t>(tensors.size()); ++t) {
        const auto last = tensors[static_cast<std::size_t>(t)].element_count() - 1;
        effects.push_back(toggle(t, last, 1U << 30U));
        effects.push_back(toggle(t, last / 2, 0x7f800001U));
        effects.push_back(toggle(t, last, 1U << (t % 32)));
    }
    return effects;
}

TEST(Injection, FlipsExactlyTheBitsOfTheMask) {
    const auto network = tests::load_model("branches_scripted", 16);
    for (int bit = 0; bit < 32; ++bit) {
        const auto before = word(network, 3, 5);
        const Injection injection(network, std::vector{toggle(3, 5, 1U << bit)});
        EXPECT_EQ(word(network, 3, 5), before ^ (1U << bit));
        EXPECT_EQ(injection.changes().at(0), (WordChange{before, before ^ (1U << bit)}));
    }
}

TEST(Injection, TouchesNoOtherWord) {
    const auto network = tests::load_model("branches_scripted", 16);
    const auto golden = network.weight(3).clone();
    const Injection injection(network, std::vector{toggle(3, 5, 0xffffffffU)});
    const auto differs = network.weight(3).view(at::kInt).ne(golden.view(at::kInt));
    EXPECT_EQ(differs.sum().item<std::int64_t>(), 1);
}

TEST(Injection, RestoresTheExactBits) {
    const auto network = tests::load_model("branches_scripted", 16);
    const auto golden = network.weights_sha256();
    Injection injection(network, many_effects(network));
    EXPECT_NE(network.weights_sha256(), golden);
    injection.restore();
    EXPECT_EQ(network.weights_sha256(), golden);
}

TEST(Injection, RestoresTheExactBitsEvenWhenTheScopeIsLeftByAnException) {
    const auto network = tests::load_model("branches_scripted", 16);
    const auto golden = network.weights_sha256();
    EXPECT_THROW(
        {
            const Injection injection(network, many_effects(network));
            throw std::runtime_error("in the middle");
        },
        std::runtime_error);
    EXPECT_EQ(network.weights_sha256(), golden);
}

TEST(Injection, OfTwoEffectsOnOneWordTheSecondSeesWhatTheFirstLeft) {
    const auto network = tests::load_model("plain_scripted", 8);
    const auto before = word(network, 0, 9);
    const Injection injection(
        network, std::vector{toggle(0, 9, 1), toggle(0, 9, 1U << 31U), toggle(0, 9, 1)});
    EXPECT_EQ(word(network, 0, 9), before ^ (1U << 31U));
    EXPECT_EQ(injection.changes().at(1).before, before ^ 1U);
    EXPECT_EQ(injection.changes().at(2).after, before ^ (1U << 31U));
}

TEST(Injection, CountsWhatItChecked) {
    const auto network = tests::load_model("plain_scripted", 8);
    Injection injection(network, std::vector{toggle(0, 9, 1), toggle(0, 9, 2), toggle(1, 0, 1)});
    injection.restore();
    EXPECT_EQ(injection.checks().words_read_back, 2);
    EXPECT_EQ(injection.checks().words_restored, 2);
}

TEST(Injection, NoticesMemoryThatDoesNotHoldWhatWasWritten) {
    // Two elements that lie in one place of memory: what is written to the first is lost.
    const auto network = tests::load_model("plain_scripted", 8);
    auto weight = network.weight(1);
    weight.set_data(at::ones({1}).expand(weight.sizes()));
    const auto effects = std::vector{toggle(1, 0, 1U << 3U), toggle(1, 1, 1U << 5U)};
    try {
        const Injection injection(network, effects);
        FAIL() << "nothing was noticed";
    } catch (const core::Error& error) {
        EXPECT_EQ(error.fault(), core::Fault::integrity);
        EXPECT_NE(std::string(error.what()).find("features.0.bias element 0"), std::string::npos)
            << error.what();
    }
    EXPECT_EQ(weight[0].item<float>(), 1.F);
}

/// Two pages of memory of which the second can become the first once more.
class TwoPages {
 public:
    TwoPages() {
        EXPECT_EQ(ftruncate(file_, 2 * page_bytes), 0);
        first_ = map(nullptr, 0, 2 * page_bytes);
    }
    ~TwoPages() {
        munmap(first_, static_cast<std::size_t>(2 * page_bytes));
        close(file_);
    }
    TwoPages(const TwoPages&) = delete;
    TwoPages& operator=(const TwoPages&) = delete;

    at::Tensor tensor() const { return at::from_blob(first_, {2 * page_floats}, at::kFloat); }
    void make_one() { map(static_cast<std::byte*>(first_) + page_bytes, MAP_FIXED, page_bytes); }

    const std::int64_t page_bytes = sysconf(_SC_PAGESIZE);
    const std::int64_t page_floats = page_bytes / 4;

 private:
    void* map(void* place, int flags, std::int64_t size_bytes) const {
        void* mapped = mmap(place, static_cast<std::size_t>(size_bytes), PROT_READ | PROT_WRITE,
                            MAP_SHARED | flags, file_, 0);
        EXPECT_NE(mapped, MAP_FAILED);
        return mapped;
    }

    int file_ = memfd_create("pages", 0);
    void* first_ = nullptr;
};

TEST(Injection, NoticesMemoryThatDoesNotRestore) {
    TwoPages pages;
    const auto network = tests::load_model("plain_scripted", 8);
    auto weight = network.weight(1);
    const auto own = weight.detach();
    weight.set_data(pages.tensor());
    weight[0].fill_(1);
    weight[pages.page_floats].fill_(2);
    const auto effects = std::vector{toggle(1, 0, 1), toggle(1, pages.page_floats, 1)};
    Injection injection(network, effects);
    pages.make_one();
    try {
        injection.restore();
        ADD_FAILURE() << "nothing was noticed";
    } catch (const core::Error& error) {
        EXPECT_EQ(error.fault(), core::Fault::integrity);
        EXPECT_NE(std::string(error.what()).find("after the restore"), std::string::npos)
            << error.what();
    }
    weight.set_data(own);
}

TEST(Injection, FollowsTheStridesOfAWeightThatIsNotContiguous) {
    const auto network = tests::load_model("branches_scripted", 16);
    auto weight = network.weight(3);  // fire1.squeeze.weight or its like: four dimensions
    ASSERT_EQ(weight.dim(), 4);
    weight.set_data(weight.clone().contiguous(at::MemoryFormat::ChannelsLast));
    const auto golden = weight.contiguous().clone();
    const auto element = weight.numel() - 2;
    const Injection injection(network, std::vector{toggle(3, element, 1U << 30U)});
    const auto differs = weight.contiguous().view(at::kInt).ne(golden.view(at::kInt)).flatten();
    EXPECT_EQ(differs.sum().item<std::int64_t>(), 1);
    EXPECT_TRUE(differs[element].item<bool>());
}

/// The bit below the sign: a large change in every format.
std::uint32_t second_bit(const network::Network& network, int tensor) {
    const auto& format = network.description().tensors[static_cast<std::size_t>(tensor)].format;
    return 1U << (number::bit_count(format) - 2);
}

TEST(Injection, ReachesTheReferenceAndTheProgramAlike) {
    for (const auto& [name, size] : tests::tiny_models()) {
        const auto network = tests::load_model(name, size);
        const auto batch = tests::images(2, size);
        const auto golden = network.forward(batch);
        const Injection injection(network, std::vector{toggle(0, 0, second_bit(network, 0))});
        const auto faulty = network.forward(batch);
        EXPECT_FALSE(tests::same_bits(faulty, golden)) << name;
        EXPECT_TRUE(tests::same_bits(
            faulty, network::logits(network.program(), network::run(network.program(), batch))))
            << name;
    }
}

TEST(Injection, InOneOfTwoEqualLayersLeavesTheOtherAlone) {
    const auto network = tests::load_model("branches_scripted", 16);
    const auto& tensors = network.description().tensors;
    const auto place = [&](const std::string& name) {
        return static_cast<std::int32_t>(
            std::find_if(tensors.begin(), tensors.end(),
                         [&](const auto& t) { return t.name == name; }) -
            tensors.begin());
    };
    const auto expand = place("fire1.expand.bias"), twin = place("fire1.twin.bias");
    ASSERT_EQ(word(network, expand, 2), word(network, twin, 2));
    const auto before = word(network, twin, 2);
    const Injection injection(network, std::vector{toggle(expand, 2, 1U << 31U)});
    EXPECT_NE(word(network, expand, 2), before);
    EXPECT_EQ(word(network, twin, 2), before);
}

TEST(GoldenWords, SayWhatAnInjectionDoesWithoutDoingIt) {
    const auto network = tests::load_model("branches_scripted", 16);
    const auto golden = network.weights_sha256();
    const auto effects = many_effects(network);
    const auto predicted = evaluation::GoldenWords(network).predict(effects);
    EXPECT_EQ(network.weights_sha256(), golden);
    EXPECT_EQ(predicted, Injection(network, effects).changes());
}

}  // namespace
}  // namespace faultline
