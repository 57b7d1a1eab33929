#include <fmt/format.h>

#include "world.h"

namespace faultline::dataset {
namespace {

const std::string jpeg = image_file(".jpg", {8, 8});

void write_images(const World& world, const std::vector<std::string>& names) {
    for (const auto& name : names) world.write(name, jpeg);
}

Settings labelled(const World& world, const std::string& labels) {
    auto settings = as_it_is(world.path("images"));
    settings.labels = world.path(labels);
    return settings;
}

TEST(Layout, FoldersAreLabelledByTheirSortedNames) {
    const World world;
    write_images(world, {"images/n2/b.JPEG", "images/n2/a.png", "images/n10/z.jpg"});
    std::filesystem::create_directories(world.path("images/n11"));  // a class without images
    const auto dataset = open(as_it_is(world.path("images")));
    EXPECT_EQ(dataset.settings().layout, Layout::folders);
    EXPECT_EQ(labels_of(dataset), "n10/z.jpg 0, n2/a.png 2, n2/b.JPEG 2");
    EXPECT_EQ(dataset.label_limit(), 3);
}

TEST(Layout, FoldersMayBeLinksAndHiddenNamesAreNobodys) {
    const World world;
    write_images(world, {"elsewhere/a.jpg", "images/n2/b.jpg", "images/n2/.thumbnail.jpg",
                         "images/.cache/c.jpg"});
    std::filesystem::create_directory_symlink(world.path("elsewhere"), world.path("images/n1"));
    EXPECT_EQ(labels_of(open(as_it_is(world.path("images")))), "n1/a.jpg 0, n2/b.jpg 1");
}

TEST(Layout, FoldersPassOverFilesThatAreNotNamedLikeImages) {
    const World world;
    write_images(world, {"images/n1/a.jpg", "images/n1/notes.txt", "images/README"});
    EXPECT_EQ(labels_of(open(as_it_is(world.path("images")))), "n1/a.jpg 0");
}

TEST(Layout, FoldersOfSomeClassesTakeTheirLabelsFromAListOfAll) {
    const World world;
    write_images(world, {"images/n2/b.jpg", "images/n5/a.jpg"});
    world.write("words.txt", "n1 tench\nn2 goldfish, gold\nn4 shark\nn5 cock\n");
    auto settings = as_it_is(world.path("images"));
    settings.synset_map = world.path("words.txt");
    EXPECT_EQ(labels_of(open(settings)), "n2/b.jpg 1, n5/a.jpg 3");
}

TEST(Layout, ListGivesNamesAndLabelsInItsOwnOrder) {
    const World world;
    write_images(world, {"images/b.jpg", "images/with space.jpg", "images/deep/a.png"});
    world.write("list.txt", "with space.jpg 4\r\nb.jpg\t0\ndeep/a.png 999\n\n");
    const auto dataset = open(labelled(world, "list.txt"));
    EXPECT_EQ(dataset.settings().layout, Layout::list);
    EXPECT_EQ(labels_of(dataset), "with space.jpg 4, b.jpg 0, deep/a.png 999");
    EXPECT_EQ(dataset.label_limit(), 1000);
}

TEST(Layout, ListIsFoundAsValTxtInsideOrBesideTheFolder) {
    const World world;
    write_images(world, {"images/a.jpg"});
    world.write("val.txt", "a.jpg 3\n");
    EXPECT_EQ(labels_of(open(as_it_is(world.path("images")))), "a.jpg 3");
    EXPECT_EQ(labels_of(open(as_it_is(world.path("images/")))), "a.jpg 3");
    world.write("images/val.txt", "a.jpg 5\n");
    const auto dataset = open(as_it_is(world.path("images")));
    EXPECT_EQ(labels_of(dataset), "a.jpg 5");
    EXPECT_EQ(dataset.settings().labels, world.path("images/val.txt"));
}

TEST(Layout, DevkitIdsBecomeSortedSynsetsThroughTheMap) {
    const World world;
    write_images(world, {"images/v_01.jpg", "images/v_02.jpg", "images/v_03.jpg"});
    world.write("truth.txt", "3\n1\n2\n");
    world.write("meta.txt", "n30 sea snake\nn10 tench\nn20 shark\n");
    auto settings = labelled(world, "truth.txt");
    expect_mentions(message_of([&] { open(settings); }), {"synset_map", "truth.txt"});
    settings.synset_map = world.path("meta.txt");
    const auto dataset = open(settings);
    EXPECT_EQ(dataset.settings().layout, Layout::devkit);
    EXPECT_EQ(labels_of(dataset), "v_01.jpg 1, v_02.jpg 2, v_03.jpg 0");
    world.write("truth.txt", "3\n0\n2\n");
    expect_mentions(message_of([&] { open(settings); }), {"truth.txt:2", "'0'", "1 to 3"});
}

TEST(Layout, DevkitRefusesASortedClassListAsItsMap) {
    const World world;
    write_images(world, {"images/a.jpg"});
    std::string words;
    for (int k = 0; k < 1000; ++k) words += fmt::format("n{} word\n", 10000000 + k);
    world.write("words.txt", words);
    world.write("truth.txt", "490\n");
    auto settings = labelled(world, "truth.txt");
    settings.synset_map = world.path("words.txt");
    expect_mentions(message_of([&] { open(settings); }), {"words.txt", "sorted", "id i"});
}

TEST(Layout, SynsetLinesBelongToTheImagesByName) {
    const World world;
    write_images(world, {"images/v_2.jpg", "images/v_1.jpg", "images/v_3.jpg"});
    world.write("synsets.txt", "n00000030\nn00000010\nn00000030\n");
    auto settings = labelled(world, "synsets.txt");
    const auto dataset = open(settings);
    EXPECT_EQ(dataset.settings().layout, Layout::synsets);
    EXPECT_EQ(labels_of(dataset), "v_1.jpg 1, v_2.jpg 0, v_3.jpg 1");
    world.write("all.txt", "n00000010\nn00000020\nn00000030\n");
    settings.synset_map = world.path("all.txt");
    EXPECT_EQ(labels_of(open(settings)), "v_1.jpg 2, v_2.jpg 0, v_3.jpg 2");
    world.write("all.txt", "n00000010\nn00000020\n");
    expect_mentions(message_of([&] { open(settings); }), {"synsets.txt:1", "n00000030", "all.txt"});
}

TEST(Layout, KaggleRowsAreMatchedByNameAndLabelledByTheirFirstSynset) {
    const World world;
    write_images(world, {"images/v_1.JPEG", "images/v_2.JPEG"});
    world.write("solution.csv",
                "ImageId,PredictionString\nv_2,n20 85 1 499 272 \nv_1,n30 1 2 3 4 n20 5 6 7 8 \n");
    const auto dataset = open(labelled(world, "solution.csv"));
    EXPECT_EQ(dataset.settings().layout, Layout::kaggle);
    EXPECT_EQ(labels_of(dataset), "v_1.JPEG 1, v_2.JPEG 0");
}

/// Record r has label 9 - r and the constant planes (r, 100 + r, 200 + r).
std::string cifar_records(int count) {
    std::string bytes;
    for (int r = 0; r < count; ++r) {
        bytes += static_cast<char>(9 - r);
        for (const int plane : {0, 100, 200})
            bytes += std::string(1024, static_cast<char>(plane + r));
    }
    return bytes;
}

TEST(Layout, CifarRecordsHoldLabelThenPlanesRedGreenBlue) {
    const World world;
    world.write("batches/test_batch.bin", cifar_records(4));
    for (const auto* place : {"batches", "batches/test_batch.bin"}) {
        auto settings = as_it_is(world.path(place));
        const auto dataset = open(settings);
        EXPECT_EQ(dataset.settings().layout, Layout::cifar10);
        EXPECT_EQ(labels_of(dataset), "record 0 9, record 1 8, record 2 7, record 3 6");
        const auto block = dataset.load(1, 2, 2);
        EXPECT_EQ(block.labels, (std::vector<std::int32_t>{8, 7}));
        ASSERT_EQ(block.pixels.size(), 2U * 3072);
        EXPECT_EQ(block.pixels[0], 1);
        EXPECT_EQ(block.pixels[1024], 101);
        EXPECT_EQ(block.pixels[3072 + 2048], 202);
        settings.preprocessing.channels = Channels::bgr;
        EXPECT_EQ(open(settings).load(1, 1, 1).pixels[0], 201);
    }
}

TEST(Layout, CifarRecordsAreResizedAndCutLikeOtherImages) {
    const World world;
    world.write("test_batch.bin", cifar_records(1));
    auto settings = as_it_is(world.path("test_batch.bin"));
    settings.preprocessing.resize = Resize::short_side;
    settings.preprocessing.resize_size = 40;
    settings.preprocessing.crop = 36;
    const auto block = open(settings).load(0, 1, 1);
    EXPECT_EQ(block.height, 36);
    EXPECT_EQ(block.pixels.size(), 3U * 36 * 36);
    settings.preprocessing.crop = 41;
    expect_mentions(message_of([&] { open(settings); }), {"record 0", "40x40", "crop of 41"});
}

TEST(Layout, CifarRecordsWhoseFileChangedAreRefused) {
    const World world;
    world.write("test_batch.bin", cifar_records(4));
    const auto dataset = open(as_it_is(world.path("test_batch.bin")));
    auto changed = cifar_records(4);
    changed[3073] = 0;
    world.write("test_batch.bin", changed);
    EXPECT_EQ(dataset.load(0, 1, 1).labels.front(), 9);
    expect_mentions(message_of([&] { dataset.load(0, 4, 1); }), {"record 1", "changed"});
    world.write("test_batch.bin", cifar_records(3));
    expect_mentions(message_of([&] { dataset.load(3, 1, 1); }), {"record 3", "changed"});
}

TEST(Layout, CifarRefusesPartsOfRecordsAndLabelsAboveNine) {
    const World world;
    world.write("cut.bin", cifar_records(2).substr(0, 5000));
    expect_mentions(message_of([&] { open(as_it_is(world.path("cut.bin"))); }),
                    {"cut.bin", "5000", "3073"});
    world.write("label.bin", std::string(3073, '\x0A'));
    expect_mentions(message_of([&] { open(as_it_is(world.path("label.bin"))); }),
                    {"label.bin", "record 0", "10", "0 to 9"});
}

TEST(Layout, IsAskedForWhereTwoReadingsArePossible) {
    const World world;
    write_images(world, {"images/n1/a.jpg"});
    world.write("val.txt", "n1/a.jpg 7\n");
    auto settings = as_it_is(world.path("images"));
    expect_mentions(message_of([&] { open(settings); }),
                    {"found", "val.txt", "and class folders", "give layout"});
    settings.layout = Layout::folders;
    EXPECT_EQ(labels_of(open(settings)), "n1/a.jpg 0");
    settings.layout = Layout::list;
    EXPECT_EQ(labels_of(open(settings)), "n1/a.jpg 7");
}

TEST(Layout, RefusesWhatItWouldNotRead) {
    const World world;
    write_images(world, {"images/n1/a.jpg"});
    world.write("list.txt", "n1/a.jpg 7\n");
    auto settings = labelled(world, "list.txt");
    settings.synset_map = world.path("list.txt");
    expect_mentions(message_of([&] { open(settings); }), {"synset_map", "would not be read"});
    settings.synset_map.clear();
    settings.layout = Layout::folders;
    expect_mentions(message_of([&] { open(settings); }), {"list.txt", "would not be read"});
}

}  // namespace
}  // namespace faultline::dataset
