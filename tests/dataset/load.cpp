#include "world.h"

namespace faultline::dataset {
namespace {

/// `count` images, each of a colour and a label of its own.
struct Scene {
    World world;
    Settings settings;

    explicit Scene(int count) {
        std::string labels;
        for (int k = 0; k < count; ++k) {
            const auto name = std::to_string(100 + k) + ".png";
            world.write("images/" + name, image_file(".png", {12 + k, 30 - k}, {k, 100 + k, 9}));
            labels += name + " " + std::to_string(3 * k) + "\n";
        }
        world.write("val.txt", labels);
        settings = as_it_is(world.path("images"));
        settings.preprocessing.crop = 10;
    }
};

TEST(Load, PutsImagesBesideTheirLabels) {
    const Scene scene(9);
    const auto block = open(scene.settings).load(2, 4, 3);
    EXPECT_EQ(block.first, 2);
    EXPECT_EQ(block.count, 4);
    EXPECT_EQ(block.height, 10);
    EXPECT_EQ(block.width, 10);
    EXPECT_EQ(block.labels, (std::vector<std::int32_t>{6, 9, 12, 15}));
    ASSERT_EQ(block.pixels.size(), 4U * 300);
    for (std::size_t k = 0; k < 4; ++k) {
        EXPECT_EQ(block.pixels[300 * k], 2 + k);
        EXPECT_EQ(block.pixels[300 * k + 100], 102 + k);
        EXPECT_EQ(block.pixels[300 * k + 299], 9);
    }
}

TEST(Load, DoesNotDependOnTheThreads) {
    Scene scene(9);
    scene.settings.preprocessing = {.resize_size = 21, .crop = 17};
    const auto dataset = open(scene.settings);
    const auto one = dataset.load(0, 9, 1);
    for (const int threads : {0, 2, 3, 8, 40}) EXPECT_EQ(dataset.load(0, 9, threads), one);
}

TEST(Load, OfNothingIsAnEmptyBlock) {
    const Scene scene(2);
    EXPECT_EQ(open(scene.settings).load(1, 0, 4), (Block{.first = 1, .pixels = {}, .labels = {}}));
}

TEST(Load, NamesTheFirstFileThatFailsWhateverTheThreads) {
    const Scene scene(9);
    const auto dataset = open(scene.settings);
    for (const auto* name : {"103.png", "107.png"}) {
        const auto path = scene.world.path("images") + "/" + name;
        const auto size = std::filesystem::file_size(path);
        std::filesystem::resize_file(path, size - 1);
        std::filesystem::resize_file(path, size);  // same size, but the end is gone
    }
    for (const int threads : {1, 2, 8}) {
        expect_mentions(message_of([&] { dataset.load(0, 9, threads); }), {"103.png", "truncated"});
    }
}

/// Overwrites 8 bytes of a file, which keeps its size.
void damage(const std::string& path, std::size_t at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(at)) << std::string(8, 'x');
}

TEST(Load, NamesTheFirstFileAlsoWhenALaterOneFailsSooner) {
    const Scene scene(9);
    cv::Mat noise(1500, 1500, CV_8UC3);
    cv::randu(noise, 0, 256);
    std::vector<std::uint8_t> bytes;
    cv::imencode(".png", noise, bytes);
    scene.world.write("images/103.png", {bytes.begin(), bytes.end()});
    const auto dataset = open(scene.settings);
    damage(scene.world.path("images/103.png"), bytes.size() / 2);  // found out while decoding
    damage(scene.world.path("images/107.png"), 0);                 // found out at once
    expect_mentions(message_of([&] { dataset.load(0, 9, 8); }), {"103.png"});
}

TEST(Load, RefusesAFileThatHasChangedSinceOpen) {
    const Scene scene(3);
    const auto dataset = open(scene.settings);
    scene.world.write("images/101.png", image_file(".png", {64, 64}, {1, 2, 3}) + "\n");
    expect_mentions(message_of([&] { dataset.load(0, 3, 1); }), {"101.png", "changed"});
}

TEST(Stream, GivesWhatLoadGives) {
    const Scene scene(9);
    const auto dataset = open(scene.settings);
    for (const int block_size : {1, 2, 4, 9, 100}) {
        Stream stream(dataset, block_size, 2);
        std::int64_t position = 0;
        while (const auto block = stream.next()) {
            const auto left = static_cast<int>(dataset.size() - position);
            EXPECT_EQ(*block, dataset.load(position, std::min(block_size, left), 1));
            position += block->count;
        }
        EXPECT_EQ(position, dataset.size());
        EXPECT_FALSE(stream.next());
    }
}

TEST(Stream, ThrowsWhatTheLoadAheadThrew) {
    const Scene scene(4);
    const auto dataset = open(scene.settings);
    scene.world.write("images/103.png", "no image");
    Stream stream(dataset, 2, 1);
    EXPECT_TRUE(stream.next());
    expect_mentions(message_of([&] { stream.next(); }), {"103.png"});
}

TEST(Stream, MayBeLeftBeforeItsEnd) {
    const Scene scene(4);
    const auto dataset = open(scene.settings);
    Stream stream(dataset, 1, 2);
    EXPECT_EQ(stream.next()->first, 0);
}

}  // namespace
}  // namespace faultline::dataset
