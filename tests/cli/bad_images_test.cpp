#include "world.h"

namespace faultline::cli {
namespace {

using testing::HasSubstr;

/// Two images of each of the first two classes, to be spoilt.
class BadImages : public testing::Test {
 protected:
    void SetUp() override {
        for (const std::string name :
             {"give_way/000.png", "give_way/001.png", "limit_30/000.png", "limit_30/001.png"}) {
            write(images / name, read(project("configs/demo/images/" + name)));
        }
    }

    Words campaign() const { return tiny_campaign(output) + Words{"--images", images.string()}; }
    void expect_refused_images(const Words& parts, const Words& more = {}, int code = 3) const {
        expect_refused(campaign() + more, code, parts);
        EXPECT_FALSE(fs::exists(output));
    }

    TemporaryFolder folder;
    fs::path images = folder.path / "images";
    fs::path output = folder.path / "result";
};

TEST_F(BadImages, ThatAreNotGivenOrNotThere) {
    expect_refused({"evaluate", project("configs/demo/signs.pt")}, 2, {"images: give a folder"});
    expect_refused_images({"nowhere: no such file or folder"}, {"--images", "nowhere"});
}

TEST_F(BadImages, OfAnEmptyFolder) {
    const auto empty = folder.path / "empty";
    fs::create_directories(empty);
    expect_refused_images({"empty"}, {"--images", empty.string()});
}

TEST_F(BadImages, AreListedOneByOne) {
    const auto bytes = read(images / "give_way/000.png");
    write(images / "give_way/000.png", bytes.substr(0, bytes.size() / 2));
    write(images / "limit_30/001.png", "BM and more of a bitmap");
    expect_refused_images({"2 of 4 images can't be used", "give_way/000.png (truncated",
                           "limit_30/001.png (neither JPEG nor PNG", "--allow-bad-images 2"});
    expect_refused_images({"but allow_bad_images is 1"}, {"--allow-bad-images", "1"});
}

TEST_F(BadImages, ThatAreAllowedAreLeftOutAndListedInTheResult) {
    write(images / "give_way/000.png", "text");
    const auto result = result_of(campaign() + Words{"--allow-bad-images", "1"}, output);
    EXPECT_EQ(result["images"]["count"], 3);
    ASSERT_EQ(result["images"]["bad"].size(), 1U);
    EXPECT_EQ(result["images"]["bad"][0]["name"], "give_way/000.png");
    EXPECT_NE(result["images"]["bad"][0]["reason"], "");
    const auto said = faultline({"replay", output.string(), "--point", "indexed/float32/bit=30"});
    EXPECT_EQ(said.code, 0) << said.err;
}

TEST_F(BadImages, WhichAreAllAreTooMany) {
    for (const std::string name :
         {"give_way/000.png", "give_way/001.png", "limit_30/000.png", "limit_30/001.png"}) {
        write(images / name, "text");
    }
    expect_refused_images({"no usable image is left"}, {"--allow-bad-images", "4"});
}

TEST_F(BadImages, OfDifferentSizesAreTold) {
    write(images / "limit_30/001.png", read(project("tests/data/images/colour.png")));
    expect_refused_images({"limit_30/001.png (comes out 51x37"});
}

TEST_F(BadImages, WithLabelsBeyondTheClasses) {
    write(folder.path / "val.txt",
          "give_way/000.png 0\ngive_way/001.png 10\n"
          "limit_30/000.png 1\nlimit_30/001.png 1\n");
    expect_refused_images({"the largest label is 10", "signs.pt has 10 classes"},
                          {"--labels", (folder.path / "val.txt").string()});
}

TEST_F(BadImages, WithLabelsForOthers) {
    const auto labels = (folder.path / "labels.txt").string();
    const Words given = {"--labels", labels, "--layout", "list"};
    write(labels, "give_way/000.png 0\n");
    expect_refused_images({"labels.txt"}, given);
    write(labels,
          "give_way/000.png 0\ngive_way/001.png 0\nlimit_30/000.png 1\n"
          "limit_30/001.png 1\nstop/000.png 6\n");
    expect_refused_images({"labels.txt", "stop/000.png"}, given);
    write(labels, "give_way/000.png zero\n");
    expect_refused_images({"labels.txt:1"}, given);
    expect_refused_images({"none.txt"}, {"--labels", (folder.path / "none.txt").string()});
}

}  // namespace
}  // namespace faultline::cli
