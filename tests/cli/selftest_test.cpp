#include "world.h"

namespace faultline::cli {
namespace {

Words selftest(const std::string& model) {
    auto words = Words{"selftest"} + demo() + Words{"--first", "20", "--batch", "20"};
    words[1] = model;
    return words;
}

TEST(Selftest, PassesOnTheDemonstrationInBothKindsOfFormats) {
    const TemporaryFolder folder;
    const auto fixed = (folder.path / "q.pt").string();
    expect_done(Words{"quantize"} + demo() + Words{"--first", "20", "--output", fixed});
    for (const auto& model : {project("configs/demo/signs.pt"), fixed}) {
        const auto json = core::Json::parse(expect_done(selftest(model) + Words{"--json"}).out);
        ASSERT_EQ(json["checks"].size(), 7U);
        for (const auto& check : json["checks"]) EXPECT_EQ(check["pass"], true) << check;
        EXPECT_TRUE(json["environment"].contains("libtorch"));
        EXPECT_EQ(json["model_sha256"].get<std::string>().size(), 64U);
    }
}

TEST(Selftest, PrintsALineACheck) {
    const auto said = expect_done(selftest(project("configs/demo/signs.pt")));
    EXPECT_EQ(std::count(said.out.begin(), said.out.end(), '\n'), 8);
    EXPECT_THAT(said.out, testing::HasSubstr("pass  shortcuts are exact"));
    EXPECT_THAT(said.out, testing::Not(testing::HasSubstr("FAIL")));
}

}  // namespace
}  // namespace faultline::cli
