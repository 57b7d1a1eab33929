// Networks whose activations are kept within ranges: where, how, and that nothing else changed.

#include <faultline/core/error.h>
#include <faultline/network/rewrite.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "support/clipped.h"
#include "support/fitting_formats.h"
#include "support/folder.h"
#include "support/real_networks.h"

namespace faultline {
namespace {

using network::Beyond;
using network::Network;
using tests::clipped;
using tests::same_bits;

constexpr Beyond both[] = {Beyond::bound, Beyond::zero};
constexpr std::uint32_t nan_word = 0x7fc00000, infinity_word = 0x7f800000, huge_word = 0x7e967699;

/// "layer operation" of every point.
std::vector<std::string> points_of(const Network& network) {
    std::vector<std::string> found;
    for (const auto& point : network::clip_points(network)) {
        found.push_back(network.description().layers[static_cast<std::size_t>(point.layer)].name +
                        " " +
                        network.program().steps[static_cast<std::size_t>(point.step)].operation);
    }
    return found;
}

bool can_be_cut(const Network& network) { return network.program().steps.size() > 1; }

TEST(ClipPoints, StandBehindActivationsElseBehindTheLayer) {
    EXPECT_THAT(points_of(tests::load_model("plain_traced", 8)),
                testing::ElementsAre("features.0 aten::relu", "classify aten::linear"));
    EXPECT_EQ(points_of(tests::load_model("plain_scripted", 8)),
              points_of(tests::load_model("plain_traced", 8)));
}

std::vector<std::string> layers_of(const Network& network) {
    std::vector<std::string> found;
    for (const auto& point : points_of(network)) found.push_back(point.substr(0, point.find(' ')));
    return found;
}

TEST(ClipPoints, AreTheSameTracedAndScriptedAndWaitForBatchNormAndSums) {
    const auto layers = layers_of(tests::load_model("branches_traced", 16));
    EXPECT_EQ(layers, layers_of(tests::load_model("branches_scripted", 16)));
    EXPECT_THAT(layers,
                testing::ElementsAre("norm", "fire1.squeeze", "fire1.expand", "fire1.twin",
                                     "fire2.squeeze", "fire2.expand", "fire2.twin", "classify"));
}

TEST(ClipPoints, AreNoneWhereTheNetworkIsRunWhole) {
    for (const auto& [name, size] : tests::tiny_models()) {
        const auto network = tests::load_model(name, size);
        EXPECT_EQ(network::clip_points(network).empty(), !can_be_cut(network)) << name;
    }
}

class EachClippedModel : public testing::TestWithParam<tests::TinyModel> {};

TEST_P(EachClippedModel, IsTheSameBitForBitWithinItsRangesInStepsAndReadBack) {
    const auto network = tests::load_model(GetParam().name, GetParam().size);
    if (!can_be_cut(network) || network.description().format() != "float32")
        GTEST_SKIP() << "nothing to clip";
    const auto images = tests::images(5, GetParam().size);
    const auto logits = network.forward(images);
    for (const auto beyond : both) {
        const auto made = clipped(network, images, beyond);
        EXPECT_TRUE(same_bits(made.forward(images), logits));
        const auto state = network::run(made.program(), images);
        EXPECT_TRUE(same_bits(network::logits(made.program(), state), logits));
        EXPECT_EQ(made.description().tensors, network.description().tensors);
        EXPECT_EQ(made.description().macs(), network.description().macs());
        for (int i = 0; i < std::ssize(network.description().tensors); ++i)
            EXPECT_TRUE(same_bits(made.weight(i), network.weight(i)));

        const TemporaryFolder folder;
        const auto path = (folder.path / "hardened.pt").string();
        network::save(made, path, nullptr);
        const auto loaded = tests::load_cpu(path);
        EXPECT_TRUE(same_bits(loaded.forward(images), logits));
        EXPECT_EQ(loaded.description().hardening, made.description().hardening);
        EXPECT_EQ(loaded.description().format(), "float32");
        EXPECT_EQ(loaded.weights_sha256(), made.weights_sha256());
    }
}

/// With each of these words in each tensor, the steps agree with the reference, and every clipped
/// value lies within its range.
void expect_restricted(const Network& network, const at::Tensor& images, Beyond beyond) {
    const auto clips = tests::tight_clips(network, images);
    const auto made = network::with_clips(network, clips, tests::hardening(beyond));
    const auto golden = network::run(made.program(), images);
    for (int tensor = 0; tensor < std::ssize(made.description().tensors); ++tensor) {
        for (const auto word : {nan_word, infinity_word, infinity_word ^ (1U << 31U), huge_word}) {
            const tests::ScopedWord fault(made.weight(tensor), 0, word);
            auto state = golden;
            const auto touched =
                network::touched_steps(made.program(), fault::WeightWord{tensor, 0});
            network::run_steps(made.program(), network::descendants(made.program(), touched),
                               state);
            const auto logits = network::logits(made.program(), state);
            EXPECT_TRUE(same_bits(logits, made.forward(images)));
            EXPECT_TRUE(logits.isfinite().all().item<bool>());
            const auto& last = clips.back().range;  // tiny models end in their last point
            EXPECT_LE(logits.max().item<float>(), last.high);
            EXPECT_GE(logits.min().item<float>(), last.low);
        }
    }
}

TEST(Clips, KeepHugeNaNAndInfWithinTheRanges) {
    for (const auto* name : {"plain_traced", "plain_scripted"}) {
        const auto network = tests::load_model(name, 8);
        for (const auto beyond : both) expect_restricted(network, tests::images(3, 8), beyond);
    }
    for (const auto* name : {"branches_traced", "branches_scripted"}) {
        const auto network = tests::load_model(name, 16);
        for (const auto beyond : both) expect_restricted(network, tests::images(3, 16), beyond);
    }
}

TEST(Clips, MakeWhatIsBeyondTheBoundOrZeroAndNaNZero) {
    const auto network = tests::load_model("plain_traced", 8);
    auto clips = tests::tight_clips(network, tests::images(2, 8));
    clips.erase(clips.begin(), clips.end() - 1);
    clips[0].range = {-0.25F, 0.5F};
    const auto free = network.forward(tests::images(4, 8));
    ASSERT_GT(free.max().item<float>(), 0.5F);
    ASSERT_LT(free.min().item<float>(), -0.25F);
    const auto bound = network::with_clips(network, clips, tests::hardening(Beyond::bound));
    EXPECT_TRUE(same_bits(bound.forward(tests::images(4, 8)), free.clamp(-0.25, 0.5)));
    const auto zero = network::with_clips(network, clips, tests::hardening(Beyond::zero));
    EXPECT_TRUE(same_bits(zero.forward(tests::images(4, 8)),
                          at::where(free.ge(-0.25).logical_and(free.le(0.5)), free, 0.0)));
    for (const auto* made : {&bound, &zero}) {
        const tests::ScopedWord fault(made->weight(2), 0, nan_word);
        EXPECT_EQ(made->forward(tests::images(4, 8)).select(1, 0).abs().max().item<float>(), 0);
    }
}

TEST(Clips, CountWhatTheyAdd) {
    const auto network = tests::load_model("plain_traced", 8);
    const auto clips = tests::tight_clips(network, tests::images(2, 8));
    std::int64_t elements = 0;
    for (const auto& clip : clips)
        elements += network::element_count(network.description(), clip.point);
    for (const auto beyond : both) {
        const auto made = network::with_clips(network, clips, tests::hardening(beyond));
        const auto& told = *made.description().hardening;
        EXPECT_EQ(told.points, std::ssize(clips));
        EXPECT_EQ(told.added_operations, network::clip_operations(beyond) * elements);
        EXPECT_EQ(made.program().steps.size(),
                  network.program().steps.size() +
                      clips.size() * static_cast<std::size_t>(network::clip_operations(beyond)));
    }
}

TEST(Clips, StayWhereAHardenedNetworkIsFoldedAndQuantized) {
    const auto network = tests::load_model("branches_traced", 16);
    const auto images = tests::images(3, 16);
    const auto made = clipped(network, images, Beyond::bound);
    const auto folded = network::fold_batch_norms(made);
    EXPECT_THAT(folded.norms, testing::ElementsAre("norm"));
    const auto fixed =
        network::with_formats(folded.network, tests::fitting_formats(folded.network, images, 8));
    EXPECT_EQ(fixed.description().format(), "fixed8");
    for (const auto* changed : {&folded.network, &fixed}) {
        EXPECT_EQ(changed->description().hardening, made.description().hardening);
        const tests::ScopedWord fault(changed->weight(0), 0, nan_word);
        EXPECT_TRUE(changed->forward(images).isfinite().all().item<bool>());
    }
}

INSTANTIATE_TEST_SUITE_P(Clips, EachClippedModel, testing::ValuesIn(tests::tiny_models()),
                         [](const auto& tested) { return tested.param.name; });

TEST(RealNetworks, HardenedKeepTheirBitsAndTheirTensors) {
    const auto networks = tests::real_networks();
    if (networks.empty()) GTEST_SKIP() << "no networks: ../shared/data is missing";
    for (const auto& real : networks) {
        const auto network = tests::load_real(real);
        const auto images = tests::images(2, real.size).mul(20);
        const auto logits = network.forward(images);
        for (const auto beyond : both) {
            const auto made = clipped(network, images, beyond);
            EXPECT_TRUE(same_bits(made.forward(images), logits)) << real.path;
            EXPECT_EQ(made.description().tensors, network.description().tensors) << real.path;
            EXPECT_EQ(made.weights_sha256(), network.weights_sha256()) << real.path;
        }
    }
}

}  // namespace
}  // namespace faultline
