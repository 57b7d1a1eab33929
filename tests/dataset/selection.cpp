#include <set>

#include "world.h"

namespace faultline::dataset {
namespace {

/// `per_class` images of each of `class_count` classes, classes taking turns.
struct Scene {
    World world;
    Settings settings;

    Scene(int class_count, int per_class) {
        const auto jpeg = image_file(".jpg", {8, 8});
        std::string labels;
        for (int k = 0; k < class_count * per_class; ++k) {
            const auto name = std::to_string(1000 + k) + ".jpg";
            world.write("images/" + name, jpeg);
            labels += name + " " + std::to_string(k % class_count) + "\n";
        }
        world.write("val.txt", labels);
        settings = as_it_is(world.path("images"));
    }

    std::string one_per_class(std::uint64_t seed) {
        settings.one_per_class = true;
        settings.subset_seed = seed;
        return labels_of(open(settings));
    }
};

TEST(Selection, FirstTakesThemInOrderAndKeepsTheLabelLimit) {
    Scene scene(3, 2);
    scene.settings.first = 2;
    const auto dataset = open(scene.settings);
    EXPECT_EQ(labels_of(dataset), "1000.jpg 0, 1001.jpg 1");
    EXPECT_EQ(dataset.label_limit(), 3);
    EXPECT_EQ(dataset.selection(), "first 2");
    scene.settings.first = 100;
    EXPECT_EQ(open(scene.settings).size(), 6);
}

TEST(Selection, SkipLeavesTheRestOfASplit) {
    Scene scene(3, 2);
    scene.settings.skip = 4;
    EXPECT_EQ(open(scene.settings).size(), 2);
    EXPECT_EQ(open(scene.settings).selection(), "without the first 4");
    scene.settings.skip = 2;
    scene.settings.first = 2;
    const auto rest = open(scene.settings);
    EXPECT_EQ(labels_of(rest), "1002.jpg 2, 1003.jpg 0");
    EXPECT_EQ(rest.selection(), "without the first 2, the next 2");
    scene.settings.skip = 6;
    EXPECT_THROW(open(scene.settings), core::Error);
}

TEST(Selection, OnePerClassHoldsEachClassOnceInOrder) {
    Scene scene(5, 4);
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        scene.one_per_class(seed);
        const auto dataset = open(scene.settings);
        std::set<std::int32_t> labels;
        for (const auto& item : dataset.items()) labels.insert(item.label);
        EXPECT_EQ(labels.size(), 5U);
        EXPECT_EQ(dataset.size(), 5);
        EXPECT_TRUE(std::ranges::is_sorted(dataset.items(), {}, &Item::name));
    }
}

TEST(Selection, OnePerClassIsDecidedByTheSeedAlone) {
    Scene scene(6, 5);
    std::set<std::string> drawn;
    for (std::uint64_t seed = 0; seed < 20; ++seed) drawn.insert(scene.one_per_class(seed));
    EXPECT_GT(drawn.size(), 15U);
    EXPECT_EQ(scene.one_per_class(7), scene.one_per_class(7));
}

TEST(Selection, OnePerClassReachesEveryImage) {
    Scene scene(2, 4);
    std::set<std::string> reached;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        scene.one_per_class(seed);
        const auto dataset = open(scene.settings);
        for (const auto& item : dataset.items()) reached.insert(item.name);
    }
    EXPECT_EQ(reached.size(), 8U);
}

TEST(Selection, FirstCountsAfterOnePerClass) {
    Scene scene(5, 3);
    const auto all = scene.one_per_class(4);
    scene.settings.first = 3;
    const auto dataset = open(scene.settings);
    EXPECT_EQ(dataset.size(), 3);
    EXPECT_TRUE(all.starts_with(labels_of(dataset)));
    EXPECT_EQ(dataset.selection(), "one per class, seed 4, first 3");
}

TEST(Hashes, ChangeWithNameSizeLabelOrderAndSelectionOnly) {
    const Settings settings;
    const auto hash = [&](const std::vector<Item>& items) {
        return Dataset(settings, items, {}, 10).images_sha256();
    };
    const Item a{"a.jpg", 1, 100};
    const Item b{"b.jpg", 2, 100};
    EXPECT_EQ(hash({a, b}), hash({a, b}));
    const std::set<std::string> hashes = {hash({a, b}),
                                          hash({b, a}),
                                          hash({a}),
                                          hash({}),
                                          hash({{"a.jpg", 2, 100}, b}),
                                          hash({{"a.jpg", 1, 101}, b}),
                                          hash({{"c.jpg", 1, 100}, b})};
    EXPECT_EQ(hashes.size(), 7U);
    EXPECT_EQ(hash({a}).size(), 64U);
}

TEST(Hashes, ChangeWithEveryNumberOfThePreprocessing) {
    const auto hash = [](const std::function<void(Preprocessing&)>& change) {
        Settings settings;
        settings.images = std::to_string(std::rand());  // none of the hash's business
        change(settings.preprocessing);
        return Dataset(settings, {}, {}, 0).preprocessing_sha256();
    };
    const std::vector<std::function<void(Preprocessing&)>> changes = {
        [](auto&) {},
        [](auto& numbers) { numbers.resize = Resize::squash; },
        [](auto& numbers) { numbers.resize_size = 255; },
        [](auto& numbers) { numbers.interpolation = Interpolation::opencv_area; },
        [](auto& numbers) { numbers.crop = 227; },
        [](auto& numbers) { numbers.channels = Channels::bgr; },
        [](auto& numbers) { numbers.scale = 1; },
        [](auto& numbers) { numbers.mean[1] += 1e-15; },
        [](auto& numbers) { numbers.deviation[2] = 1; }};
    std::set<std::string> hashes;
    for (const auto& change : changes) hashes.insert(hash(change));
    EXPECT_EQ(hashes.size(), changes.size());
    EXPECT_EQ(hash(changes[0]), hash(changes[0]));
}

}  // namespace
}  // namespace faultline::dataset
