#include "world.h"

namespace faultline::cli {
namespace {

using testing::HasSubstr;

TEST(Inspect, ShowsEveryLayer) {
    const auto said =
        expect_done({"inspect", project("configs/demo/signs.pt"), "--input", "3,32,32"});
    EXPECT_EQ(said.err, "");
    for (const std::string part :
         {"one image 3x32x32 -> 10 classes", "fire.0.squeeze.0   convolution  fire.0", "589824",
          "31182  1.0000        3347456", "8 convolutions carry their own (8 ask for TF32",
          "program: 32 steps, each can be started from"}) {
        EXPECT_THAT(said.out, HasSubstr(part));
    }
}

TEST(Inspect, SaysTheSameToPrograms) {
    const auto said =
        expect_done({"inspect", project("configs/demo/signs.pt"), "--input", "3,32,32", "--json"});
    const auto found = core::parse_json(said.out, "stdout");
    EXPECT_EQ(found["classes"], 10);
    EXPECT_EQ(found["parameters"], 31182);
    std::int64_t parameters = 0;
    std::int64_t macs = 0;
    for (const auto& layer : found["layers"]) {
        parameters += layer["parameters"].get<std::int64_t>();
        macs += layer["macs"].get<std::int64_t>();
    }
    EXPECT_EQ(parameters, found["parameters"]);
    EXPECT_EQ(macs, 3347456);
    std::int64_t counted = 0;
    for (const auto& count : found["exponent_counts"]) counted += count.get<std::int64_t>();
    EXPECT_EQ(counted, found["parameters"]);
    EXPECT_EQ(found["whole_steps"].size(), 0U);
}

TEST(Inspect, NamesWhatCannotBeCut) {
    const auto said =
        expect_done({"inspect", tests::model("changes_its_input"), "--input", "3,8,8", "--json"});
    EXPECT_GT(core::parse_json(said.out, "stdout")["whole_steps"].size(), 0U);
    EXPECT_THAT(expect_done({"inspect", tests::model("changes_its_input")}).out,
                HasSubstr("run in one piece by the interpreter"));
}

TEST(Inspect, LeavesOutWhatOnlyAnImageTells) {
    const auto said = expect_done({"inspect", tests::model("plain_traced")});
    EXPECT_THAT(said.err, HasSubstr("--input"));
    EXPECT_EQ(std::count(said.err.begin(), said.err.end(), '\n'), 1);
    EXPECT_THAT(said.out, testing::Not(HasSubstr("one image")));
    EXPECT_THAT(said.out, HasSubstr("1514  1.0000              -\n"));

    const auto json = expect_done({"inspect", tests::model("plain_traced"), "--json"});
    const auto found = core::parse_json(json.out, "stdout");
    EXPECT_TRUE(found["classes"].is_null());
    EXPECT_TRUE(found["layers"][0]["macs"].is_null());
    EXPECT_TRUE(found["value_bytes"].is_null());
}

TEST(Inspect, ShowsTheFormatsOfAQuantisedNetwork) {
    const auto said = expect_done({"inspect", tests::model("fixed_mixed"), "--input", "3,8,8"});
    for (const std::string part :
         {"\nformat fixed4+fixed6:sign-magnitude+fixed8+float32\n",
          "  stem.weight      fixed4:f5\n", "  stem             input float32, output fixed8:f4\n",
          "  norm.weight      float32\n", "  mix.weight       fixed6:f7:sign-magnitude\n"}) {
        EXPECT_THAT(said.out, HasSubstr(part));
    }
    const auto plain = expect_done({"inspect", tests::model("plain_traced"), "--input", "3,8,8"});
    EXPECT_THAT(plain.out, HasSubstr("\nformat float32\n"));
    EXPECT_THAT(plain.out, testing::Not(HasSubstr("rounded to")));

    const auto json = core::parse_json(
        expect_done({"inspect", tests::model("fixed8"), "--json", "--input", "3,8,8"}).out, "");
    EXPECT_EQ(json["format"], "fixed8");
    EXPECT_EQ(json["layers"][0]["inputs"], "fixed8:f5");
    EXPECT_TRUE(json["layers"][1]["inputs"].is_null());
    EXPECT_EQ(json["layers"][1]["outputs"], "fixed8:f6");
    EXPECT_THAT(json["layers"][1]["tensors"][0]["format"].get<std::string>(),
                testing::StartsWith("fixed8:f"));
}

TEST(Inspect, CountsBuffersAsTensorsOnly) {
    const auto with =
        expect_done({"inspect", project("configs/demo/signs.pt"), "--json", "--buffers"});
    const auto found = core::parse_json(with.out, "stdout");
    EXPECT_EQ(found["parameters"], 31182);
    EXPECT_EQ(found["layers"][1]["tensors"].size(), 4U);
}

TEST(Inspect, RefusesAShapeThatWasAskedForAndDoesNotFit) {
    const auto network = tests::model("plain_traced");
    expect_refused({"inspect", network, "--input", "3,64,64"}, 3, {network, "3x64x64"});
    expect_refused({"inspect", network, "--input", "3,8"}, 2, {"--input: takes three numbers"});
    expect_refused({"inspect", network, "--input", "0,8,8"}, 2, {"--input: 0 is not"});
}

}  // namespace
}  // namespace faultline::cli
