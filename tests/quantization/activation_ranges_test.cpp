#include <faultline/core/error.h>
#include <faultline/quantization/accuracy.h>
#include <faultline/quantization/activation_ranges.h>
#include <faultline/quantization/pass_times.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "demo_set.h"
#include "support/clipped.h"

namespace faultline::quantization {
namespace {

using network::ActivationRange;
using network::Beyond;
using network::Network;

struct World {
    dataset::Dataset images;
    Network network = tests::demo_network();
    ImageSet set{images, 16, 1};
    std::vector<network::ClipPoint> points = network::clip_points(network);

    explicit World(int count) : images(tests::demo_images(count)) {}

    Network hardened(double slack, Beyond beyond) const {
        const auto ranges = measure_activation_ranges(network, points, set);
        std::vector<network::Clip> clips;
        for (std::size_t i = 0; i < points.size(); ++i)
            clips.push_back({points[i], widened(ranges[i], slack)});
        return network::with_clips(network, clips, tests::hardening(beyond));
    }
};

TEST(ActivationRanges, HoldZeroAndAreAsWideAsAnyImageMakesThem) {
    const World world(40), few(10);
    const auto all = measure_activation_ranges(world.network, world.points, world.set);
    const auto some = measure_activation_ranges(few.network, few.points, few.set);
    ASSERT_EQ(all.size(), world.points.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_LE(all[i].low, some[i].low);
        EXPECT_GE(all[i].high, some[i].high);
        EXPECT_LE(all[i].low, 0);
        EXPECT_GT(all[i].high, 0);
    }
}

TEST(ActivationRanges, NameTheLayerThatIsNotFinite) {
    const World world(10);
    const tests::ScopedWord infinite(world.network.weight(0), 0, 0x7f800000U);
    try {
        measure_activation_ranges(world.network, world.points, world.set);
        FAIL();
    } catch (const core::Error& error) {
        const auto& layers = world.network.description().layers;
        EXPECT_THAT(
            error.what(),
            testing::HasSubstr(layers[static_cast<std::size_t>(world.points[0].layer)].name));
    }
}

TEST(ActivationRanges, AreWidenedAtBothEndsAndStayFinite) {
    EXPECT_EQ(widened({-2, 3}, 1), (ActivationRange{-2, 3}));
    EXPECT_EQ(widened({-2, 3}, 1.5), (ActivationRange{-3, 4.5}));
    EXPECT_EQ(widened({0, 3e38F}, 10), (ActivationRange{0, std::numeric_limits<float>::max()}));
}

TEST(ActivationRanges, LeaveEveryScoreOfTheirOwnImagesAsItWas) {
    const World world(41);  // the last pass is filled up
    const auto golden = scores(world.network, world.set);
    for (const auto beyond : {Beyond::bound, Beyond::zero}) {
        for (const double slack : {1.0, 1.1, 7.0}) {
            EXPECT_EQ(accuracy(world.hardened(slack, beyond), world.set, golden), accuracy(golden));
        }
    }
}

TEST(PassTimes, AreThoseOfOneImage) {
    const World world(20);
    int batches = 0;
    const ImageSet counted{world.images, 16, 1, [&] { ++batches; }};
    const auto times = pass_times(world.network, world.hardened(1, Beyond::zero), counted, 3);
    EXPECT_GT(times.before_seconds, 0);
    EXPECT_GT(times.after_seconds, 0);
    EXPECT_EQ(times.passes, 3);
    EXPECT_EQ(batches, 3);
}

}  // namespace
}  // namespace faultline::quantization
