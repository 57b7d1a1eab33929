#include "cache_world.h"

namespace faultline::dataset {
namespace {

/// A folder as each layout has it, three images each.
Settings in_layout(const World& world, Layout layout) {
    const bool is_folders = layout == Layout::folders;
    for (int k = 1; k <= 3; ++k) {
        const auto name = (is_folders ? "images/n" + std::to_string(k) + "/" : "images/") + "v_" +
                          std::to_string(k) + ".png";
        world.write(name, noise_file({9 + k, 8}, k));
    }
    const std::map<Layout, std::string> labels = {
        {Layout::list, "v_2.png 0\nv_1.png 7\nv_3.png 4\n"},
        {Layout::devkit, "3\n1\n2\n"},
        {Layout::synsets, "n00000030\nn00000010\nn00000030\n"},
        {Layout::kaggle, "ImageId,PredictionString\nv_1,n2 1 2 3 4\nv_2,n1 1 2 3 4\nv_3,n2 1 2\n"}};
    auto settings = as_it_is(world.path("images"));
    settings.layout = layout;
    settings.preprocessing = {.resize_size = 7, .crop = 6};
    if (layout == Layout::cifar10) {
        world.write("test_batch.bin", cifar_records(3));
        settings.images = world.path("test_batch.bin");
    }
    if (labels.contains(layout)) {
        world.write("labels.txt", labels.at(layout));
        settings.labels = world.path("labels.txt");
    }
    if (layout == Layout::devkit) {
        world.write("meta.txt", "n30\nn10\nn20\n");
        settings.synset_map = world.path("meta.txt");
    }
    return settings;
}

TEST(Cache, GivesTheBlocksThatAreDecodedInEveryLayoutAndSize) {
    for (const auto layout : {Layout::folders, Layout::list, Layout::devkit, Layout::synsets,
                              Layout::kaggle, Layout::cifar10}) {
        const World world;
        const auto decoded = open(in_layout(world, layout));
        auto cached = decoded;
        ASSERT_TRUE(use_cache(cached, {.cache_folder = world.path("cache")}, 2).is_new);
        for (const int block_size : {1, 2, 3, 100}) {
            Stream expected(decoded, block_size, 1);
            Stream stream(cached, block_size, 1);
            int count = 0;
            while (const auto block = stream.next()) {
                EXPECT_EQ(block, expected.next());
                count += block->count;
            }
            EXPECT_EQ(count, 3);
        }
    }
}

TEST(Cache, GivesViewsIntoOneFile) {
    const CacheScene scene;
    auto images = scene.decoded();
    use_cache(images, scene.cache, 1);
    const auto all = images.load(0, 5, 1);
    const auto one = images.load(3, 1, 1);
    EXPECT_EQ(one.pixels.data(), all.pixels.data() + 3 * one.pixels.size());
    std::filesystem::remove_all(scene.cache.cache_folder);
    EXPECT_EQ(one, scene.decoded().load(3, 1, 1)) << "what is mapped stays";
    EXPECT_EQ(images.load(5, 0, 1).count, 0);
}

TEST(Dataset, ArrangedHasTheVeryImagesCachedOrNot) {
    const CacheScene scene;
    const auto decoded = scene.decoded();
    auto cached = decoded;
    use_cache(cached, scene.cache, 1);
    const std::vector<std::int64_t> some = {4, 0, 3}, again = {2, 0};
    for (const auto& images : {decoded, cached}) {
        const auto first = images.arranged(some);
        const auto second = first.arranged(again);
        ASSERT_EQ(first.size(), 3);
        EXPECT_EQ(second.items(), (std::vector{images.items()[3], images.items()[4]}));
        for (int k = 0; k < 3; ++k) {
            const auto one = first.load(k, 1, 1),
                       same = decoded.load(some[static_cast<std::size_t>(k)], 1, 1);
            EXPECT_EQ(one.pixels, same.pixels);
            EXPECT_EQ(one.labels, same.labels);
        }
        const auto both = second.load(0, 2, 1);
        const auto size = both.pixels.size() / 2;
        EXPECT_EQ(both.pixels.part(0, size), decoded.load(3, 1, 1).pixels);
        EXPECT_EQ(both.pixels.part(size, size), decoded.load(4, 1, 1).pixels);
        EXPECT_EQ(both.labels, (std::vector{images.items()[3].label, images.items()[4].label}));
    }
    EXPECT_THROW(decoded.arranged(std::vector<std::int64_t>{5}), std::out_of_range);
}

TEST(Cache, IsMadeOnceAndFoundAgain) {
    const CacheScene scene;
    const auto first = scene.expect_equal();
    EXPECT_TRUE(first.is_new);
    EXPECT_EQ(first.damage, "");
    const auto second = scene.expect_equal();
    EXPECT_FALSE(second.is_new);
    EXPECT_EQ(second.file, first.file);
    EXPECT_EQ(scene.files().size(), 1U);
}

TEST(Cache, HoldsMoreImagesThanOneChecksumCovers) {
    const World world;
    world.write("test_batch.bin", cifar_records(300));
    const auto decoded = open(as_it_is(world.path("test_batch.bin")));
    auto images = decoded;
    std::vector<std::int64_t> done;
    const CacheWatch watch{.prepared = [&](std::int64_t count, std::int64_t total) {
        EXPECT_EQ(total, 300);
        done.push_back(count);
    }};
    use_cache(images, {.cache_folder = world.path("cache")}, 3, watch);
    EXPECT_EQ(done, (std::vector<std::int64_t>{128, 256, 300}));
    EXPECT_EQ(images.load(0, 300, 1), decoded.load(0, 300, 1));
    EXPECT_EQ(images.load(120, 150, 1), decoded.load(120, 150, 1));
}

TEST(Cache, IsOneFileWhateverComesAfterThePixels) {
    CacheScene scene;
    const auto file = scene.use().file;
    scene.settings.preprocessing.scale = 3;
    scene.settings.preprocessing.mean = {1, 2, 3};
    scene.settings.preprocessing.deviation = {4, 5, 6};
    scene.settings.allow_bad_images = 3;
    EXPECT_EQ(scene.expect_equal().file, file);
    scene.world.write("val.txt", "100.png 8\n101.png 1\n102.png 2\n103.png 3\n104.png 0\n");
    EXPECT_EQ(scene.expect_equal().file, file);
    scene.settings.images += "/../images/";
    EXPECT_EQ(scene.expect_equal().file, file);
}

TEST(Cache, IsAnotherFileForOtherPixels) {
    CacheScene scene;
    scene.settings.preprocessing = {.resize_size = 7, .crop = 6};
    const auto plain = scene.settings;
    std::vector<std::string> files = {scene.use().file};
    const std::vector<std::function<void(Settings&)>> changes = {
        [](auto& settings) { settings.preprocessing.resize = Resize::none; },
        [](auto& settings) { settings.preprocessing.resize_size = 8; },
        [](auto& settings) { settings.preprocessing.crop = 5; },
        [](auto& settings) { settings.preprocessing.interpolation = Interpolation::opencv_linear; },
        [](auto& settings) { settings.preprocessing.channels = Channels::bgr; },
        [](auto& settings) { settings.first = 4; },
        [](auto& settings) { settings.first = 3; }};
    for (const auto& change : changes) {
        scene.settings = plain;
        change(scene.settings);
        files.push_back(scene.expect_equal().file);
    }
    scene.settings = plain;
    scene.world.write("val.txt", "104.png 0\n100.png 0\n101.png 1\n102.png 2\n103.png 3\n");
    files.push_back(scene.expect_equal().file);
    std::ranges::sort(files);
    EXPECT_TRUE(std::ranges::unique(files).empty());
}

TEST(Cache, IsMadeAnewForAFileOfAnotherTime) {
    const CacheScene scene;
    const auto path = scene.world.path("images/102.png");
    const auto old = read(path);
    const auto before = scene.use().file;
    std::filesystem::last_write_time(
        path, std::filesystem::last_write_time(path) + std::chrono::nanoseconds(1000));
    const auto touched = scene.expect_equal();
    EXPECT_TRUE(touched.is_new);
    EXPECT_NE(touched.file, before);
    auto other = noise_file({8, 8}, 77);
    other.resize(std::max(other.size(), old.size()), '\0');
    scene.world.write("images/102.png", other);
    EXPECT_TRUE(scene.expect_equal().is_new);
}

TEST(Cache, IsNotMadeOfFilesThatChangeMeanwhile) {
    const CacheScene scene;
    auto images = scene.decoded();
    const auto path = scene.world.path("images/103.png");
    const CacheWatch watch{.prepared = [&](auto, auto) {
        std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now());
    }};
    expect_mentions(message_of([&] { use_cache(images, scene.cache, 1, watch); }),
                    {"103.png", "changed"});
    EXPECT_TRUE(scene.files().empty());
}

TEST(Cache, RefusesWhatLoadRefuses) {
    const CacheScene scene;
    auto images = scene.decoded();
    const auto path = scene.world.path("images/101.png");
    std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
    expect_mentions(message_of([&] { use_cache(images, scene.cache, 1); }), {"101.png"});
    EXPECT_TRUE(scene.files().empty());
}

TEST(Cache, StaysAsItWasWhenItIsStoppedWhileMade) {
    const CacheScene scene;
    auto images = scene.decoded();
    const CacheWatch watch{.prepared = [](auto, auto) { throw std::runtime_error("stop"); }};
    EXPECT_THROW(use_cache(images, scene.cache, 1, watch), std::runtime_error);
    EXPECT_TRUE(scene.files().empty());
    EXPECT_EQ(images.load(0, 5, 1), scene.decoded().load(0, 5, 1));
}

TEST(Cache, LeavesEverythingAloneWhenItIsOff) {
    CacheScene scene;
    scene.cache.cache = false;
    EXPECT_EQ(scene.use().file, "");
    EXPECT_FALSE(std::filesystem::exists(scene.cache.cache_folder));
}

TEST(CacheOptions, AreASwitchAndAFolder) {
    CacheSettings settings;
    const std::vector<core::Section> sections = {options(settings)};
    core::apply(sections,
                core::parse_json(R"({"cache": {"cache": false, "cache_folder": "f"}})", "t"), "t");
    EXPECT_EQ(settings, (CacheSettings{false, "f"}));
}

}  // namespace
}  // namespace faultline::dataset
