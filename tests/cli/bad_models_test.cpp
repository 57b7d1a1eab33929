#include <faultline/network/device.h>

#include "world.h"

namespace faultline::cli {
namespace {

/// Every subcommand that loads a model refuses this one.
void expect_model_refused(const std::string& model, const Words& parts) {
    expect_refused({"inspect", model}, 3, parts);
    expect_refused(Words{"evaluate"} + demo() + Words{"--model", model}, 3, parts);
    expect_campaign_refused({"--model", model}, 3, parts);
}

TEST(BadModel, ThatIsMissing) { expect_model_refused("no.pt", {"no.pt", "No such file"}); }

TEST(BadModel, ThatIsAFolder) { expect_model_refused("/tmp", {"/tmp: not a regular file"}); }

TEST(BadModel, ThatIsNotGiven) { expect_refused({"inspect"}, 2, {"no model", "--model FILE"}); }

TEST(BadModel, ThatIsNoArchive) {
    const TemporaryFolder folder;
    write(folder.path / "text.pt", "not a network");
    write(folder.path / "empty.pt", "");
    for (const auto* name : {"text.pt", "empty.pt"}) {
        expect_model_refused((folder.path / name).string(), {name, "not a zip archive"});
    }
}

TEST(BadModel, ThatIsTruncated) {
    const TemporaryFolder folder;
    const auto bytes = read(project("configs/demo/signs.pt"));
    for (const auto size : {bytes.size() / 2, bytes.size() - 1}) {
        write(folder.path / "cut.pt", bytes.substr(0, size));
        expect_refused({"inspect", (folder.path / "cut.pt").string()}, 3, {"cut.pt"});
    }
}

TEST(BadModel, WithOneFlippedBitInsideAnEntry) {
    const TemporaryFolder folder;
    auto bytes = read(project("configs/demo/signs.pt"));
    bytes[bytes.size() / 2] ^= 0x10;
    write(folder.path / "flipped.pt", bytes);
    expect_model_refused((folder.path / "flipped.pt").string(), {"flipped.pt: entry '", "CRC"});
}

TEST(BadModel, ThatIsFrozenOrHalfPrecisionOrWithoutParameters) {
    expect_model_refused(tests::model("frozen"), {"frozen.pt: the model has no parameters"});
    expect_model_refused(tests::model("half"), {"half.pt: parameter features.0.weight is Half"});
    expect_model_refused(tests::model("no_parameters"), {"no_parameters.pt", "no parameters"});
}

TEST(BadModel, OfAnotherSha256ThanAskedFor) {
    expect_campaign_refused({"--model-sha256", std::string(64, '0')}, 3,
                            {"signs.pt: its SHA-256 is 3d46", "model_sha256 asks for 0000"});
}

TEST(BadModel, ThatCannotTakeTheImages) {
    expect_campaign_refused({"--model", tests::model("plain_traced")}, 3,
                            {"plain_traced.pt", "3x32x32"});
}

TEST(BadGroups, AreTold) {
    const TemporaryFolder folder;
    const auto file = (folder.path / "groups.json").string();
    expect_campaign_refused({"--groups", file}, 3, {file});
}

TEST(BadDevice, IsTold) {
    expect_campaign_refused({"--device", "gpu"}, 2, {"--device gpu: not one of auto, cpu"});
    expect_campaign_refused({"--device", "cuda:99"}, 2, {"--device cuda:99: "});
    if (network::choose_device("auto").is_cuda()) GTEST_SKIP() << "there is a CUDA device";
    expect_campaign_refused({"--device", "cuda"}, 2, {"--device cuda: ", "use --device cpu"});
}

}  // namespace
}  // namespace faultline::cli
