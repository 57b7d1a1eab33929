#include <faultline/dataset/pixels.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace faultline::dataset {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(Pixels, AreTheVectorsBytes) {
    const Pixels pixels(Bytes{3, 1, 2});
    EXPECT_EQ(pixels.size(), 3U);
    EXPECT_EQ(pixels.front(), 3);
    EXPECT_EQ(pixels[1], 1);
    EXPECT_EQ(pixels.back(), 2);
    EXPECT_EQ(Bytes(pixels.begin(), pixels.end()), (Bytes{3, 1, 2}));
    EXPECT_EQ(Pixels().size(), 0U);
}

TEST(Pixels, AreEqualWhereTheirBytesAre) {
    EXPECT_EQ(Pixels(Bytes{1, 2}), Pixels(Bytes{1, 2}));
    EXPECT_NE(Pixels(Bytes{1, 2}), Pixels(Bytes{1, 3}));
    EXPECT_NE(Pixels(Bytes{1, 2}), Pixels(Bytes{1, 2, 3}));
    EXPECT_EQ(Pixels(Bytes{}), Pixels());
    EXPECT_EQ(Pixels(Bytes{1, 2, 3, 4}).part(1, 2), Pixels(Bytes{2, 3}));
}

TEST(Pixels, KeepTheirOwnerAliveAndCopyNoByte) {
    const auto owner = std::make_shared<Bytes>(Bytes{5, 6, 7, 8});
    const std::weak_ptr<Bytes> watch = owner;
    Pixels part;
    {
        const Pixels whole(*owner, owner);
        part = whole.part(2, 2);
        EXPECT_EQ(part.data(), owner->data() + 2);
    }
    EXPECT_EQ(watch.use_count(), 2);
    part = {};
    EXPECT_EQ(watch.use_count(), 1);
}

}  // namespace
}  // namespace faultline::dataset
