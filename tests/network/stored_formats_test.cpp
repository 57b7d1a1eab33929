// What a quantised file says of its formats is read, and believed only where its numbers agree.

#include <faultline/core/error.h>
#include <faultline/core/json.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/script.h>

#include <functional>
#include <limits>

#include "support/folder.h"
#include "support/networks.h"

namespace faultline {
namespace {

using core::Json;
using testing::HasSubstr;

constexpr const char* formats_file = "faultline.json";

using Change = std::function<void(torch::jit::Module&, Json&)>;

/// Where a copy of the tiny model lies, changed.
class Changed {
 public:
    explicit Changed(const Change& change, const std::string& name = "fixed8") {
        torch::jit::ExtraFilesMap extra = {{formats_file, ""}};
        auto module = torch::jit::load(tests::model(name), at::kCPU, extra);
        auto formats = Json::parse(extra[formats_file]);
        change(module, formats);
        module.save(path(), {{formats_file,
                              formats.is_string() ? formats.get<std::string>() : formats.dump()}});
    }
    std::string path() const { return (folder_.path / "changed.pt").string(); }

 private:
    TemporaryFolder folder_;
};

std::string refusal(const Change& change) {
    const Changed changed(change);
    try {
        tests::load_cpu(changed.path());
    } catch (const core::Error& error) {
        EXPECT_EQ(error.fault(), core::Fault::input);
        EXPECT_THAT(error.what(), HasSubstr("changed.pt"));
        return error.what();
    }
    return "nothing was refused";
}

at::Tensor weight(torch::jit::Module& module, const std::string& name) {
    for (const auto& parameter : module.named_parameters())
        if (parameter.name == name) return parameter.value.detach();
    ADD_FAILURE() << name;
    return {};
}

TEST(StoredFormats, AreReadFromTheFile) {
    const auto network = tests::load_model("fixed8", 8);
    const auto& description = network.description();
    EXPECT_EQ(description.format(), "fixed8");
    ASSERT_EQ(description.tensors.size(), 4U);
    for (const auto& tensor : description.tensors) {
        ASSERT_TRUE(std::holds_alternative<number::FixedPoint>(tensor.format)) << tensor.name;
        EXPECT_EQ(number::bit_count(tensor.format), 8);
    }
    const number::FixedPoint inputs({.bit_count = 8, .fraction_bits = 5});
    EXPECT_EQ(description.layers.at(0).inputs, inputs);
    EXPECT_EQ(description.layers.at(0).outputs, inputs);
    EXPECT_EQ(description.layers.at(1).inputs, std::nullopt);
    EXPECT_EQ(description.layers.at(1).outputs->fraction_bits(), 6);
}

TEST(StoredFormats, MayBeOfSeveralKinds) {
    EXPECT_EQ(tests::load_model("fixed_mixed", 8).description().format(),
              "fixed4+fixed6:sign-magnitude+fixed8+float32");
    EXPECT_EQ(tests::load_model("plain_traced", 8).description().format(), "float32");
}

TEST(StoredFormats, AreThoseOfTheSameFileSavedAgain) {
    const Changed copy([](auto&, auto&) {});
    EXPECT_EQ(tests::load_cpu(copy.path()).description().tensors,
              tests::load_model("fixed8", 8).description().tensors);
}

TEST(StoredFormats, RefuseANumberThatIsNotOnTheGrid) {
    for (const float value : {0.3F, 100.F, -0.F, std::numeric_limits<float>::quiet_NaN(),
                              std::numeric_limits<float>::infinity()}) {
        const auto message = refusal(
            [&](auto& module, auto&) { weight(module, "classify.weight").flatten()[17] = value; });
        EXPECT_THAT(message, HasSubstr("element 17 of classify.weight is "));
        EXPECT_THAT(message, HasSubstr("isn't a number of fixed8:f"));
    }
}

TEST(StoredFormats, RefuseATensorOrALayerThatIsNotThere) {
    EXPECT_THAT(refusal([](auto&, Json& json) { json["tensors"]["conv9.weight"] = "fixed8:f7"; }),
                HasSubstr("names conv9.weight, which isn't in the model"));
    EXPECT_THAT(refusal([](auto&, Json& json) {
                    json["activations"]["conv9"] = {{"inputs", "fixed8:f7"}};
                }),
                HasSubstr("names conv9, which isn't in the model"));
}

TEST(StoredFormats, RefuseAnotherVersionOrWhatIsNoDescription) {
    EXPECT_THAT(refusal([](auto&, Json& json) { json["version"] = 2; }), HasSubstr("version 1"));
    EXPECT_THAT(refusal([](auto&, Json& json) { json.erase("version"); }), HasSubstr("version 1"));
    EXPECT_THAT(refusal([](auto&, Json& json) { json = "{"; }), HasSubstr("version 1"));
}

TEST(StoredFormats, RefuseTextsThatAreMadeToBeTooMuch) {
    const std::string deep(1'000'000, '[');
    EXPECT_THAT(refusal([&](auto&, Json& json) {
                    json = R"({"version": 1, "quantization": )" + deep + "]}";
                }),
                HasSubstr("nested more than 64 levels"));
    EXPECT_THAT(
        refusal([&](auto&, Json& json) { json["quantization"] = std::string(16U << 20U, 'x'); }),
        HasSubstr("at most 16777216"));
}

TEST(StoredFormats, RefuseAFormatThatIsUnknownOrHasNoFraction) {
    EXPECT_THAT(refusal([](auto&, Json& json) { json["tensors"]["classify.bias"] = "fixed8"; }),
                HasSubstr("fixed8, without F"));
    EXPECT_THAT(refusal([](auto&, Json& json) { json["tensors"]["classify.bias"] = "fixed99:f1"; }),
                HasSubstr("fixed99"));
    EXPECT_THAT(refusal([](auto&, Json& json) { json["tensors"]["classify.bias"] = 8; }),
                HasSubstr("'8'"));
}

Json sound_hardening() {
    const network::Hardening made{.points = 3,
                                  .calibration = {2, std::string(64, 'a'), std::string(64, 'b')}};
    return network::json(made);
}

TEST(StoredFormats, TellWhatTheNetworkWasHardenedBy) {
    const Changed changed([](auto&, Json& json) { json["hardening"] = sound_hardening(); });
    const auto hardening = tests::load_cpu(changed.path()).description().hardening;
    ASSERT_TRUE(hardening);
    EXPECT_EQ(network::json(*hardening), sound_hardening());
    EXPECT_EQ(tests::load_model("fixed8", 8).description().hardening, std::nullopt);
}

TEST(StoredFormats, RefuseAHardeningThatIsUnknown) {
    const std::vector<std::function<void(Json&)>> changes = {
        [](Json& told) { told = "clip"; },
        [](Json& told) { told = Json::array(); },
        [](Json& told) { told["method"] = "retrain"; },
        [](Json& told) { told["beyond"] = "one"; },
        [](Json& told) { told["slack"] = 0.5; },
        [](Json& told) { told["slack"] = nullptr; },
        [](Json& told) { told["points"] = -1; },
        [](Json& told) { told["points"] = 2.5; },
        [](Json& told) { told["added_operations"] = 1e300; },
        [](Json& told) { told["calibration"] = 7; },
        [](Json& told) { told["calibration"]["images_sha256"] = "<b>"; },
        [](Json& told) { told["more"] = 1; },
        [](Json& told) { told.erase("points"); }};
    for (const auto& change : changes) {
        EXPECT_THAT(refusal([&](auto&, Json& json) {
                        json["hardening"] = sound_hardening();
                        change(json["hardening"]);
                    }),
                    HasSubstr("hardened in a way that this tool doesn't know"));
    }
}

}  // namespace
}  // namespace faultline
