// Images and labels that don't agree are refused, with names, counts and line numbers.
#include "world.h"

namespace faultline::dataset {
namespace {

const std::string jpeg = image_file(".jpg", {8, 8});

/// A folder with these images and this labels file.
struct Scene {
    World world;

    Scene(const std::vector<std::string>& images, const std::string& labels) {
        for (const auto& name : images) world.write("images/" + name, jpeg);
        world.write("labels.txt", labels);
    }

    std::string refusal(Layout layout = Layout::automatic) const {
        auto settings = as_it_is(world.path("images"));
        settings.labels = world.path("labels.txt");
        settings.layout = layout;
        return message_of([&] { open(settings); });
    }
};

TEST(Labels, WithoutAFileAreNamedAndCounted) {
    const Scene scene({"a.jpg"}, "a.jpg 0\nb.jpg 1\nc.jpg 2\n");
    expect_mentions(scene.refusal(), {"labels.txt", "2 of 3", "b.jpg, c.jpg"});
}

TEST(Labels, AreMissedForEachFileWithoutOne) {
    const Scene scene({"a.jpg", "b.png", "c.JPEG"}, "a.jpg 0\n");
    expect_mentions(scene.refusal(), {"2 images", "b.png, c.JPEG", "labels.txt"});
}

TEST(Labels, NeedTheExactName) {
    const Scene scene({"a.jpg"}, "a.JPEG 0\n");
    expect_mentions(scene.refusal(), {"a.JPEG", "exactly"});
}

TEST(Labels, AreRefusedWithTheLineOfAMalformedOne) {
    for (const auto* line : {"b.jpg -1", "b.jpg -0", "b.jpg one", "b.jpg", " 1", "b.jpg 1.5", "",
                             "b.jpg 1e3", "b.jpg 99999999999"}) {
        const Scene scene({"a.jpg", "b.jpg"}, std::string("a.jpg 0\n") + line + "\na.jpg 0\n");
        expect_mentions(scene.refusal(), {"labels.txt:2", std::string("'") + line});
    }
}

TEST(Labels, EndAtFourMillionLines) {
    const Scene scene({"a.jpg"}, std::string(4'000'000, '\n') + "a.jpg 0\n");
    expect_mentions(scene.refusal(), {"labels.txt:4000001", "at most 4000000 lines"});
}

TEST(Labels, AreRefusedForANameGivenTwice) {
    const Scene scene({"a.jpg", "b.jpg"}, "a.jpg 0\nb.jpg 1\na.jpg 0\n");
    expect_mentions(scene.refusal(), {"labels.txt:3", "a.jpg", "line 1"});
}

TEST(Labels, OfUnknownFormAreAskedAbout) {
    const Scene scene({"a.jpg"}, "what is this?\n");
    expect_mentions(scene.refusal(), {"labels.txt:1", "what is this?", "layout"});
}

TEST(Labels, ByLineMustBeAsManyAsTheImages) {
    const Scene scene({"v_1.jpg", "v_2.jpg"}, "n00000001\nn00000002\nn00000003\n");
    expect_mentions(scene.refusal(), {"3 lines", "2 images"});
}

TEST(Labels, ByLineNeedNumbersThatSortAsTheyCount) {
    const Scene scene({"v_9.jpg", "v_10.jpg"}, "n00000001\nn00000002\n");
    expect_mentions(scene.refusal(), {"v_9.jpg", "v_10.jpg", "leading zeros"});
}

TEST(Labels, InKaggleRowsMustMeetEveryImageOnce) {
    const std::string header = "ImageId,PredictionString\n";
    expect_mentions(Scene({"a.jpg", "b.jpg"}, header + "a,n1 0 0 1 1\n").refusal(),
                    {"1 images", "b.jpg"});
    expect_mentions(Scene({"a.jpg", "a.png"}, header + "a,n1 0 0 1 1\n").refusal(), {"a.png"});
    expect_mentions(Scene({"a.jpg"}, header + "a,n1 0 0 1 1\nc,n1 0 0 1 1\n").refusal(),
                    {"1 rows", "c"});
    expect_mentions(Scene({"a.jpg"}, header + "a,n1\na,n2\n").refusal(), {":3", "line 2"});
    expect_mentions(Scene({"a.jpg"}, header + "a,\n").refusal(), {":2", "'a,'"});
    expect_mentions(Scene({"a.jpg"}, "a,n1 0 0 1 1\n").refusal(Layout::kaggle),
                    {":1", "ImageId,PredictionString"});
}

TEST(Labels, AreAskedForWhereThereAreNone) {
    const World world;
    world.write("images/a.jpg", jpeg);
    expect_mentions(message_of([&] { open(as_it_is(world.path("images"))); }),
                    {"no labels", "val.txt", "give labels"});
    auto settings = as_it_is(world.path("images"));
    settings.labels = world.path("nowhere.txt");
    expect_mentions(message_of([&] { open(settings); }), {"nowhere.txt"});
    settings.labels.clear();
    settings.layout = Layout::kaggle;
    expect_mentions(message_of([&] { open(settings); }), {"LOC_val_solution.csv", "give labels"});
}

TEST(Images, ThatArentThereAreNamed) {
    const World world;
    expect_mentions(message_of([&] { open(as_it_is(world.path("nowhere"))); }), {"nowhere"});
    std::filesystem::create_directories(world.path("images/n1"));
    auto settings = as_it_is(world.path("images"));
    settings.layout = Layout::folders;
    expect_mentions(message_of([&] { open(settings); }), {"images", "no JPEG or PNG"});
    settings.images.clear();
    EXPECT_THROW(open(settings), core::Error);
}

TEST(Images, OutsideClassFoldersAreRefused) {
    const World world;
    world.write("images/n1/a.jpg", jpeg);
    world.write("images/stray.jpg", jpeg);
    auto settings = as_it_is(world.path("images"));
    settings.layout = Layout::folders;
    expect_mentions(message_of([&] { open(settings); }), {"stray.jpg", "1 images"});
}

}  // namespace
}  // namespace faultline::dataset
