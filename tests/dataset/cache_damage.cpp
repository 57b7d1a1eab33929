#include "../../src/dataset/cache_file.h"
#include "cache_world.h"

namespace faultline::dataset {
namespace {

/// A cache of three images and what its file's bytes must be.
struct Made {
    CacheScene scene{3};
    std::string path = scene.use().file;
    std::string key = std::filesystem::path(path).stem();
    std::string bytes = read(path);

    /// What opening says of other bytes; empty when they are taken for images.
    std::string damage(const std::string& other) const {
        std::ofstream(path, std::ios::binary) << other;
        const auto opened = open_cache(path, key, 3, 1);
        EXPECT_EQ(opened.images.has_value(), opened.damage.empty());
        return opened.damage;
    }
};

std::string flipped(std::string bytes, std::size_t place, int bit) {
    bytes[place] = static_cast<char>(bytes[place] ^ (1 << bit));
    return bytes;
}

TEST(CacheFile, IsOnePageAndThePlanes) {
    const Made made;
    ASSERT_EQ(made.bytes.size(), 4096U + 3 * 3 * 8 * 8);
    const auto decoded = made.scene.decoded().load(0, 3, 1);
    EXPECT_EQ(made.bytes.substr(4096), std::string(decoded.pixels.begin(), decoded.pixels.end()));
    EXPECT_EQ(made.damage(made.bytes), "");
}

TEST(CacheFile, IsRefusedWithAnyBitFlipped) {
    const Made made;
    for (std::size_t place = 0; place < made.bytes.size(); ++place) {
        const int bit = static_cast<int>(place % 8);
        ASSERT_NE(made.damage(flipped(made.bytes, place, bit)), "") << place;
    }
}

TEST(CacheFile, IsRefusedCutOffAnywhereOrContinued) {
    const Made made;
    for (std::size_t size = 0; size < made.bytes.size(); ++size) {
        ASSERT_NE(made.damage(made.bytes.substr(0, size)), "") << size;
    }
    EXPECT_NE(made.damage(made.bytes + '\0'), "");
    EXPECT_NE(made.damage(made.bytes + made.bytes), "");
}

TEST(CacheFile, IsRefusedUnderAnotherNameOrWithAnotherCount) {
    const Made made;
    EXPECT_FALSE(open_cache(made.path, std::string(64, 'a'), 3, 1).images);
    EXPECT_FALSE(open_cache(made.path, made.key, 2, 1).images);
    EXPECT_FALSE(open_cache(made.path, made.key, 4, 1).images);
    EXPECT_TRUE(open_cache(made.path, made.key, 3, 1).images);
}

TEST(CacheFile, SaysNothingWhereThereIsNone) {
    const auto opened = open_cache("/nowhere/at all", std::string(64, 'a'), 3, 1);
    EXPECT_FALSE(opened.images);
    EXPECT_EQ(opened.damage, "");
}

/// Of 128, 128 and 44 images.
TEST(CacheFile, TellsWhichOfManyImagesAreDamaged) {
    const World world;
    world.write("test_batch.bin", cifar_records(300));
    auto images = open(as_it_is(world.path("test_batch.bin")));
    const auto path = use_cache(images, {.cache_folder = world.path("cache")}, 2).file;
    images = open(as_it_is(world.path("test_batch.bin")));
    const auto bytes = read(path);
    const std::string key = std::filesystem::path(path).stem();
    for (const auto& [image, range] : std::map<std::size_t, std::string>{
             {0, "images 0 to 127"}, {128, "images 128 to 255"}, {299, "images 256 to 299"}}) {
        std::ofstream(path, std::ios::binary)
            << flipped(bytes, 4096 + image * 3072 + image % 3072, 3);
        EXPECT_NE(open_cache(path, key, 300, 2).damage.find(range), std::string::npos) << range;
    }
}

TEST(Cache, IsMadeAgainWhenItsFileIsDamaged) {
    const Made made;
    const auto half = made.bytes.substr(0, made.bytes.size() / 2);
    for (const auto& other :
         {std::string(), std::string("x"), half, made.bytes + "x", flipped(made.bytes, 8, 0),
          flipped(made.bytes, 4095, 7), flipped(made.bytes, 4200, 1), std::string(5000, '\0')}) {
        std::ofstream(made.path, std::ios::binary) << other;
        const auto report = made.scene.expect_equal();
        EXPECT_TRUE(report.is_new);
        EXPECT_EQ(report.file, made.path);
        expect_mentions(report.damage, {made.path});
        EXPECT_EQ(read(made.path), made.bytes);
        EXPECT_EQ(made.scene.expect_equal().damage, "");
    }
}

TEST(Cache, IsDoneWithoutWhenItsFileIsAFolder) {
    const Made made;
    std::filesystem::remove(made.path);
    std::filesystem::create_directories(made.path + "/full");
    auto images = made.scene.decoded();
    const auto report = use_cache(images, made.scene.cache, 1);
    EXPECT_EQ(report.file, "");
    expect_mentions(report.problem, {made.path});
    EXPECT_EQ(images.load(0, 3, 1), made.scene.decoded().load(0, 3, 1));
}

}  // namespace
}  // namespace faultline::dataset
