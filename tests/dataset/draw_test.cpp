#include <faultline/core/place.h>
#include <faultline/dataset/dataset.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace faultline::dataset {
namespace {

using core::place;

const std::vector<std::int32_t> labels = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1,
                                          1, 1, 2, 2, 3, 2, 1, 0, 0, 0};

TEST(DrawImages, TakesEachImageOnceAndEveryClassItsShare) {
    std::map<std::int32_t, double> sizes;
    for (const auto label : labels) ++sizes[label];
    for (std::uint32_t run = 0; run < 200; ++run) {
        const auto drawn = draw_images(labels, 7, 3, run);
        ASSERT_EQ(drawn.size(), 7U);
        EXPECT_EQ(std::set<std::int64_t>(drawn.begin(), drawn.end()).size(), 7U);
        EXPECT_TRUE(std::ranges::is_sorted(drawn));
        std::map<std::int32_t, double> counts;
        for (const auto image : drawn) ++counts[labels[place(image)]];
        for (const auto& [label, size] : sizes)
            EXPECT_LT(std::abs(counts[label] - size * 7 / 20), 1) << label;
    }
}

TEST(DrawImages, GivesEveryImageTheSameChance) {
    std::vector<double> counts(labels.size());
    constexpr std::uint32_t runs = 20'000;
    for (std::uint32_t run = 0; run < runs; ++run)
        for (const auto image : draw_images(labels, 7, 1, run)) ++counts[place(image)];
    for (const auto count : counts) EXPECT_NEAR(count / runs, 7.0 / 20, 0.02);
}

TEST(DrawImages, TakesAllWhereAllAreAskedFor) {
    const auto drawn = draw_images(labels, 20, 9, 4);
    for (std::size_t i = 0; i < drawn.size(); ++i)
        EXPECT_EQ(drawn[i], static_cast<std::int64_t>(i));
}

TEST(DrawImages, IsAFunctionOfSeedAndRun) {
    EXPECT_EQ(draw_images(labels, 7, 1, 2), draw_images(labels, 7, 1, 2));
    EXPECT_NE(draw_images(labels, 7, 1, 2), draw_images(labels, 7, 1, 3));
    EXPECT_NE(draw_images(labels, 7, 1, 2), draw_images(labels, 7, 2, 2));
}

}  // namespace
}  // namespace faultline::dataset
