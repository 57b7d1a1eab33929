#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <faultline/quantization/accuracy.h>
#include <faultline/quantization/fine_tune.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <set>

#include "demo_set.h"
#include "support/fitting_formats.h"
#include "support/folder.h"

namespace faultline::quantization {
namespace {

using network::Network;

struct Stop {};

/// The demonstration in few bits, to be trained on its own images.
struct World {
    TemporaryFolder folder;
    TuningSettings settings{.epochs = 3, .learning_rate = 1e-4, .batch = 8, .hold_out = 4};
    Parted images;
    Network network;
    std::vector<network::LayerFormats> formats;

    explicit World(int bits = 4)
        : images(part(tests::demo_images(0).arranged(some(160)), settings)),
          network(std::move(network::fold_batch_norms(tests::demo_network()).network)),
          formats(tests::fitting_formats(network, tests::images(8, 32), bits)) {}

    /// Every class's.
    static std::vector<std::int64_t> some(int count) {
        const auto size = tests::demo_images(0).size();
        std::vector<std::int64_t> places;
        for (int k = 0; k < count; ++k) places.push_back(k * size / count);
        return places;
    }

    TuningTask task() const {
        return {{images.training, settings.batch, 1}, {images.held_out, 16, 1}, checkpoint()};
    }
    std::filesystem::path checkpoint() const { return folder.path / "demo.tuning"; }

    Tuned tune() { return fine_tune(network, formats, task(), settings); }
    Tuned tune_until(std::size_t epochs) {
        auto stopping = task();
        stopping.after_epoch = [epochs](const Tuned& tuned) {
            if (tuned.epochs.size() > epochs) throw Stop();
        };
        return fine_tune(network, formats, stopping, settings);
    }
    std::string refusal() {
        try {
            tune();
        } catch (const core::Error& error) {
            return error.what();
        }
        return "not refused";
    }
};

TEST(Part, HoldsOutImagesOfEachClassAndLosesNone) {
    const auto all = tests::demo_images(0);
    const auto parted = part(all, {.hold_out = 5});
    std::map<int, int> training, held_out;
    std::set<std::string> names;
    for (const auto& item : parted.training.items()) {
        ++training[item.label];
        names.insert(item.name);
    }
    for (const auto& item : parted.held_out.items()) {
        ++held_out[item.label];
        names.insert(item.name);
    }
    EXPECT_EQ(std::ssize(names), all.size());
    EXPECT_EQ(parted.held_out.size(), all.size() / 5);
    for (const auto& [label, count] : training)
        EXPECT_NEAR(held_out[label], (count + held_out[label]) / 5.0, 1) << label;
    const auto other = part(all, {.hold_out = 5, .seed = 2});
    EXPECT_NE(other.held_out.items(), parted.held_out.items());
    EXPECT_THROW(part(all.arranged(std::vector<std::int64_t>{0, 1}), {.hold_out = 3}), core::Error);
}

TEST(FineTune, KeepsTheBestEpochAndCountsAsTheReference) {
    World world;
    const auto tuned = world.tune();
    ASSERT_EQ(tuned.epochs.size(), 4U);
    EXPECT_FALSE(tuned.epochs[0].training_loss);
    EXPECT_LT(tuned.epochs[3].training_loss, tuned.epochs[1].training_loss);
    EXPECT_GT(tuned.best, 0);
    for (const auto& epoch : tuned.epochs)
        EXPECT_LE(epoch.held_out_top1,
                  tuned.epochs[static_cast<std::size_t>(tuned.best)].held_out_top1);
    const auto written = network::with_formats(world.network, world.formats);
    const auto found = accuracy(scores(written, world.task().held_out));
    EXPECT_EQ(found.top1, tuned.epochs[static_cast<std::size_t>(tuned.best)].held_out_top1);
    EXPECT_EQ(found.images, world.images.held_out.size());
}

TEST(FineTune, ContinuedIsAsUninterrupted) {
    for (const auto rounding : {Rounding::nearest, Rounding::stochastic}) {
        World whole, parts;
        whole.settings.rounding = parts.settings.rounding = rounding;
        const auto expected = whole.tune();
        EXPECT_THROW(parts.tune_until(1), Stop);
        World second, again;  // as other processes would have them
        second.settings = again.settings = parts.settings;
        std::filesystem::copy(parts.checkpoint(), second.checkpoint());
        EXPECT_THROW(second.tune_until(2), Stop);
        std::filesystem::copy(second.checkpoint(), again.checkpoint());
        const auto found = again.tune();
        EXPECT_EQ(found.epochs, expected.epochs);
        EXPECT_EQ(found.best, expected.best);
        EXPECT_EQ(again.network.weights_sha256(), whole.network.weights_sha256());
    }
}

TEST(FineTune, MoreEpochsGoOnFromTheCheckpoint) {
    World world;
    world.settings.epochs = 1;
    const auto first = world.tune();
    World more;
    std::filesystem::copy(world.checkpoint(), more.checkpoint());
    const auto found = more.tune();
    ASSERT_EQ(found.epochs.size(), 4U);
    EXPECT_EQ(found.epochs[1], first.epochs[1]);
}

TEST(FineTune, RefusesACheckpointOfAnotherTaskNamingWhatDiffers) {
    World world;
    world.settings.epochs = 1;
    world.tune();
    World other;
    std::filesystem::copy(world.checkpoint(), other.checkpoint());
    other.settings.learning_rate = 0.25;
    EXPECT_THAT(other.refusal(),
                testing::AllOf(testing::HasSubstr("settings/learning_rate: 0.0001, now 0.25"),
                               testing::HasSubstr("demo.tuning")));
    World narrower(3);
    std::filesystem::copy(world.checkpoint(), narrower.checkpoint());
    EXPECT_THAT(narrower.refusal(), testing::HasSubstr("formats/0/weights: \"fixed4"));
}

TEST(FineTune, RefusesADamagedCheckpoint) {
    World world;
    world.settings.epochs = 1;
    world.tune();
    const auto bytes = core::read_file(world.checkpoint(), 1U << 30U);
    for (const auto& damaged :
         {std::string(), std::string("no checkpoint"), bytes.substr(0, bytes.size() / 2)}) {
        World other;
        core::write_file(other.checkpoint(), damaged);
        EXPECT_THAT(other.refusal(), testing::HasSubstr("demo.tuning: not a checkpoint"));
    }
}

TEST(FineTune, EndsWhereTheLossIsNotFiniteAndKeepsWhatWasThere) {
    World world;
    const tests::ScopedWord spoilt(world.network.weight(0), 0, 0x7fc00000U);
    const auto before = world.network.weights_sha256();
    const auto tuned = world.tune();
    EXPECT_TRUE(tuned.diverged);
    EXPECT_EQ(tuned.epochs.size(), 1U);
    EXPECT_EQ(world.network.weights_sha256(), before);
}

TEST(FineTune, RefusesFractionsThatOperationsCantHold) {
    World world;
    world.formats[0].biases = number::FixedPoint({8, 140});
    EXPECT_THAT(world.refusal(), testing::HasSubstr("140 fraction bits"));
}

}  // namespace
}  // namespace faultline::quantization
