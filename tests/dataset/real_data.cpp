// On the validation images and CIFAR-10 records beside the project, where they are.
#include <faultline/core/files.h>
#include <faultline/core/hash.h>

#include <cstdlib>

#include "world.h"

namespace faultline::dataset {
namespace {

std::string data(const std::string& name) {
    const auto* named = std::getenv("FAULTLINE_DATA");
    const auto folder = named != nullptr
                            ? std::filesystem::path(named)
                            : std::filesystem::path(FAULTLINE_ROOT) / ".." / "shared" / "data";
    return folder / name;
}

bool is_missing(const std::string& path) { return !std::filesystem::exists(path); }

TEST(RealData, ValidationImagesAreAllThereAndUsable) {
    const auto images = data("imagenet_val1300/images");
    if (is_missing(images)) GTEST_SKIP() << images << " is missing (FAULTLINE_DATA names another)";
    const auto dataset = open(as_it_is(images));
    EXPECT_EQ(dataset.size(), 1300);
    EXPECT_EQ(dataset.settings().layout, Layout::list);
    EXPECT_EQ(dataset.items().front().name, "ILSVRC2012_val_00000347.JPEG");
    EXPECT_EQ(dataset.items().front().label, 472);
    EXPECT_LE(dataset.label_limit(), 1000);
    auto settings = as_it_is(images);
    settings.one_per_class = true;
    EXPECT_EQ(open(settings).size(), 725);
}

TEST(RealData, ValidationImagesArePreparedAsTorchvisionDoes) {
    const auto images = data("imagenet_val1300/images");
    if (is_missing(images)) GTEST_SKIP() << images << " is missing (FAULTLINE_DATA names another)";
    Settings settings;
    settings.images = images;
    settings.first = 50;
    const auto block = open(settings).load(0, 50, 2);
    // Printed by scripts/make_dataset_references.py --imagenet.
    EXPECT_EQ(
        core::sha256({reinterpret_cast<const char*>(block.pixels.data()), block.pixels.size()}),
        "bc76ca8aab220bb6a2f269ca9320458166c64e5012fc3c8f5a9508f43cf5abd1");
}

TEST(RealData, CifarHoldsAThousandImagesOfEachClass) {
    const auto records = data("cifar10");
    if (is_missing(records))
        GTEST_SKIP() << records << " is missing (FAULTLINE_DATA names another)";
    const auto dataset = open(as_it_is(records));
    EXPECT_EQ(dataset.size(), 10000);
    EXPECT_EQ(dataset.label_limit(), 10);
    EXPECT_EQ(std::ranges::count(dataset.items(), 3, &Item::label), 1000);
    const auto block = dataset.load(0, 3, 1);
    const auto bytes = core::read_file(records + "/test_batch.bin", 1U << 30U);
    const auto third = bytes_of(bytes).subspan(2 * 3073, 3073);
    EXPECT_EQ(block.labels[2], third[0]);
    EXPECT_TRUE(std::ranges::equal(std::span(block.pixels).last(3072), third.last(3072)));
}

}  // namespace
}  // namespace faultline::dataset
