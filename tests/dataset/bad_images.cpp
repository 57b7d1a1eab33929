#include <fmt/format.h>

#include "world.h"

namespace faultline::dataset {
namespace {

const std::string jpeg = image_file(".jpg", {8, 8});
using Files = std::map<std::string, std::string>;  ///< bytes by name

/// Two good images and, between them, some that aren't.
struct Scene {
    World world;
    Settings settings;

    explicit Scene(const Files& bad) {
        write("a.jpg", jpeg);
        for (const auto& [name, bytes] : bad) write(name, bytes);
        write("z.jpg", jpeg);
        world.write("val.txt", labels_);
        settings = as_it_is(world.path("images"));
    }

    std::string refusal() const {
        return message_of([&] { open(settings); });
    }

 private:
    void write(const std::string& name, const std::string& bytes) {
        world.write("images/" + name, bytes);
        labels_ += name + " 1\n";
    }

    std::string labels_;
};

TEST(BadImages, AreRefusedTogetherWithReasonsAndTheWayOut) {
    const Scene scene(Files{{"empty.jpg", ""},
                            {"gif.jpg", "GIF89a..."},
                            {"half.jpg", jpeg.substr(0, jpeg.size() / 2)},
                            {"short.png", image_file(".png", {8, 8}).substr(0, 60)}});
    expect_mentions(scene.refusal(), {"4 of 6", "empty.jpg (", "gif.jpg (neither JPEG nor PNG",
                                      "half.jpg (truncated", "short.png (truncated",
                                      "allow_bad_images is 0", "--allow-bad-images 4"});
}

TEST(BadImages, AreLeftOutAndListedWhenAllowed) {
    Scene scene(Files{{"gif.jpg", "GIF89a..."}, {"half.jpg", jpeg.substr(0, jpeg.size() - 1)}});
    scene.settings.allow_bad_images = 1;
    expect_mentions(scene.refusal(), {"allow_bad_images is 1"});
    scene.settings.allow_bad_images = 2;
    const auto dataset = open(scene.settings);
    EXPECT_EQ(labels_of(dataset), "a.jpg 1, z.jpg 1");
    ASSERT_EQ(dataset.bad().size(), 2U);
    EXPECT_EQ(dataset.bad()[0].name, "gif.jpg");
    EXPECT_EQ(dataset.bad()[1].name, "half.jpg");
    EXPECT_EQ(dataset.load(0, 2, 1).count, 2);
}

TEST(BadImages, IncludeLinksToNowhere) {
    Scene scene(Files{});
    std::filesystem::remove(scene.world.path("images/a.jpg"));
    std::filesystem::create_symlink("gone.jpg", scene.world.path("images/a.jpg"));
    expect_mentions(scene.refusal(), {"1 of 2", "a.jpg (", "--allow-bad-images 1"});
    scene.settings.allow_bad_images = 1;
    EXPECT_EQ(labels_of(open(scene.settings)), "z.jpg 1");
}

TEST(BadImages, AreListedTenAtATime) {
    Files bad;
    for (int k = 10; k < 23; ++k) bad[fmt::format("b{}.jpg", k)] = "no image";
    const auto message = Scene(bad).refusal();
    expect_mentions(message, {"13 of 15", "b10.jpg", "b19.jpg", "and 3 more"});
    EXPECT_EQ(message.find("b20.jpg"), std::string::npos);
}

TEST(BadImages, AreLookedForAmongTheSelectedOnly) {
    Scene scene(Files{{"gif.jpg", "GIF89a..."}});
    scene.settings.first = 1;
    EXPECT_EQ(labels_of(open(scene.settings)), "a.jpg 1");
}

TEST(BadImages, IncludeFilesAboveTheCapOnTheirSize) {
    const Scene scene(Files{{"huge.jpg", jpeg}});
    std::filesystem::resize_file(scene.world.path("images/huge.jpg"), (64U << 20U) + 1);
    expect_mentions(scene.refusal(), {"huge.jpg (67108865 bytes", "67108864"});
}

TEST(BadImages, MustLeaveOneImage) {
    Scene scene(Files{});
    scene.world.write("images/a.jpg", "no image");
    scene.world.write("images/z.jpg", "no image");
    scene.settings.allow_bad_images = 2;
    expect_mentions(scene.refusal(), {"no usable image"});
}

TEST(BadImages, IncludeThoseOfAnotherSizeOrBelowTheCrop) {
    Scene scene(Files{{"large.jpg", image_file(".jpg", {9, 8})}});
    expect_mentions(scene.refusal(), {"large.jpg (comes out 9x8", "8x8", "crop"});
    scene.settings.preprocessing.crop = 8;
    EXPECT_EQ(open(scene.settings).size(), 3);
    scene.settings.preprocessing.crop = 9;
    expect_mentions(scene.refusal(), {"3 of 3", "crop of 9"});
}

TEST(BadImages, AreThoseThatDifferFromMostAndNotThoseThatDifferFromTheFirst) {
    Scene scene(Files{{"b.jpg", jpeg}});
    scene.world.write("images/a.jpg", image_file(".jpg", {9, 8}));
    expect_mentions(scene.refusal(), {"1 of 3", "a.jpg (comes out 9x8, but 2 of 3 images 8x8"});
    scene.settings.allow_bad_images = 1;
    EXPECT_EQ(labels_of(open(scene.settings)), "b.jpg 1, z.jpg 1");
}

TEST(BadImages, DifferFromTheFirstWhereSizesAreEquallyFrequent) {
    Scene scene(Files{});
    scene.world.write("images/z.jpg", image_file(".jpg", {9, 8}));
    expect_mentions(scene.refusal(), {"z.jpg (comes out 9x8, but 1 of 2 images 8x8"});
}

TEST(BadImages, AreToldFromGoodOnesWithLongHeaders) {
    // A colour profile of 40,000 bytes puts the frame header behind what open() reads first.
    const std::string profile = std::string("\xFF\xE2\x9C\x42", 4) + std::string(40000, 'p');
    const auto good = jpeg.substr(0, 2) + profile + jpeg.substr(2);
    EXPECT_EQ(open(Scene(Files{{"long.jpg", good}}).settings).size(), 3);
    const Scene cut(Files{{"long.jpg", good.substr(0, good.size() - 2)}});
    expect_mentions(cut.refusal(), {"long.jpg (truncated"});
    const Scene header_only(Files{{"long.jpg", good.substr(0, 30000)}});
    expect_mentions(header_only.refusal(), {"long.jpg (truncated within its header"});
}

TEST(BadImages, AreToldFromGoodOnesAmongLargeFiles) {
    cv::Mat noise(200, 200, CV_8UC3);
    cv::randu(noise, 0, 256);
    std::vector<std::uint8_t> bytes;
    cv::imencode(".png", noise, bytes);
    const std::string large(bytes.begin(), bytes.end());
    ASSERT_GT(large.size(), 100000U);
    Scene scene(Files{{"cut.png", large.substr(0, large.size() - 9)}, {"good.png", large}});
    scene.settings.preprocessing.crop = 8;
    const auto message = scene.refusal();
    expect_mentions(message, {"1 of 4", "cut.png (truncated"});
}

}  // namespace
}  // namespace faultline::dataset
