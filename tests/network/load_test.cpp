#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <faultline/core/hash.h>
#include <faultline/network/device.h>
#include <faultline/network/network.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/script.h>

#include <filesystem>
#include <set>

#include "support/networks.h"

namespace faultline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string refusal(const network::Settings& settings) {
    try {
        network::load(settings);
    } catch (const core::Error& error) {
        return error.what();
    }
    return "nothing";
}

std::string refusal_of(const std::string& path) {
    network::Settings settings;
    settings.model = path;
    settings.device = "cpu";
    return refusal(settings);
}

TEST(Load, ListsLayersGroupsAndTensorsInDefinitionOrder) {
    const auto network = tests::load_model("branches_scripted", 16);
    const auto& description = network.description();
    std::vector<std::string> layers, groups, kinds;
    for (const auto& layer : description.layers) {
        layers.push_back(layer.name);
        groups.push_back(layer.group);
        kinds.push_back(layer.kind);
    }
    EXPECT_THAT(layers, ElementsAre("stem", "norm", "fire1.squeeze", "fire1.expand", "fire1.twin",
                                    "fire2.squeeze", "fire2.expand", "fire2.twin", "classify"));
    EXPECT_THAT(groups,
                ElementsAre("", "", "fire1", "fire1", "fire1", "fire2", "fire2", "fire2", ""));
    EXPECT_EQ(kinds[0], "convolution");
    EXPECT_EQ(kinds[1], "batch-norm");
    EXPECT_EQ(kinds[8], "linear");
    EXPECT_EQ(description.tensors[1].name, "norm.weight");
    EXPECT_EQ(description.tensors[1].role, network::Role::scale);
    EXPECT_EQ(description.tensors[2].role, network::Role::shift);
    EXPECT_EQ(description.tensors[4].role, network::Role::bias);
    EXPECT_EQ(description.parameter_count(), 216 + 16 + (36 + 2 * 296) + (68 + 2 * 296) + 650);
}

TEST(Load, MeasuresShapesAndMultiplyAccumulates) {
    const auto network = tests::load_model("branches_scripted", 16);
    const auto& description = network.description();
    EXPECT_EQ(description.classes, 10);
    EXPECT_EQ(description.layers[0].macs, 16 * 16 * 8 * 27);
    EXPECT_EQ(description.layers[1].macs, 0);
    EXPECT_EQ(description.layers[8].macs, 64 * 10);
    EXPECT_EQ(description.nodes[0].shape, (std::vector<std::int64_t>{1, 3, 16, 16}));
    EXPECT_EQ(tests::load_model("branches_traced", 16).description().macs(), description.macs());
}

TEST(Load, CountsATiedParameterOnce) {
    const auto network = tests::load_model("tied", 8);
    EXPECT_EQ(network.description().parameter_count(), 3088 + 256 + 2 * 16 + 170);
}

TEST(Load, TakesTheFirstTensorOfATuple) {
    EXPECT_EQ(tests::load_model("tuple_output", 8).description().classes, 10);
}

TEST(Load, AddsBuffersOnRequestOnly) {
    network::Settings settings;
    settings.model = tests::model("branches_scripted");
    settings.device = "cpu";
    const auto without = network::load(settings).description().tensors.size();
    settings.buffers = true;
    const auto with = network::load(settings);
    EXPECT_EQ(with.description().tensors.size(),
              without + 2);  // running mean and variance of one layer
    EXPECT_EQ(with.description().tensors[3].role, network::Role::buffer);
    EXPECT_EQ(with.description().parameter_count(),
              tests::load_model("branches_scripted", 16).description().parameter_count());
}

TEST(Load, RegroupsByPattern) {
    const auto file = testing::TempDir() + "groups.json";
    core::write_file(file, R"({"fire*": "fire", "classify": "head"})");
    network::Settings settings;
    settings.model = tests::model("branches_scripted");
    settings.device = "cpu";
    settings.groups = file;
    const auto network = network::load(settings);
    EXPECT_EQ(network.description().layers[3].group, "fire");
    EXPECT_EQ(network.description().layers[8].group, "head");
    core::write_file(file, R"({"flame*": "fire"})");
    EXPECT_THAT(refusal(settings), HasSubstr("no layer matches 'flame*'"));
}

TEST(Load, RefusesWhatCanNotBeInjectedIntoWithAdvice) {
    EXPECT_THAT(refusal_of(tests::model("frozen")), HasSubstr("without freezing"));
    EXPECT_THAT(refusal_of(tests::model("no_parameters")), HasSubstr("no parameters"));
    EXPECT_THAT(refusal_of(tests::model("half")),
                HasSubstr("features.0.weight is Half, but only float32"));
    EXPECT_THAT(refusal_of(tests::model("double")), HasSubstr("model.float()"));
}

TEST(Load, RefusesDamagedFilesNamingThem) {
    EXPECT_THAT(refusal_of("missing.pt"), HasSubstr("missing.pt"));
    const auto bytes = core::read_file(tests::model("plain_scripted"), 1 << 20);
    const auto path = testing::TempDir() + "damaged.pt";
    core::write_file(path, bytes.substr(0, bytes.size() / 2));
    EXPECT_THAT(refusal_of(path), HasSubstr("damaged.pt"));
    core::write_file(path, "no zip at all");
    EXPECT_THAT(refusal_of(path), HasSubstr("damaged.pt"));
}

TEST(Load, RefusesModelsThatCallForFilesBeforeAnyOfTheirCodeRuns) {
    const auto written = testing::TempDir() + "written-by-a-model";
    const auto path = testing::TempDir() + "calls.pt";
    torch::jit::Module module("calls");
    module.register_parameter("weight", at::ones({3}), false);
    module.define("def forward(self, x):\n  torch.save(x, \"" + written +
                  "\")\n  return x * self.weight\n");
    module.save(path);
    EXPECT_THAT(refusal_of(path), HasSubstr("calls save, which reads or writes files"));
    EXPECT_FALSE(std::filesystem::exists(written));
}

TEST(Load, RefusesAnotherFileThanThePinnedOne) {
    network::Settings settings;
    settings.model = tests::model("plain_scripted");
    settings.device = "cpu";
    settings.model_sha256 = core::sha256("something else");
    EXPECT_THAT(refusal(settings), HasSubstr("SHA-256"));
    settings.model_sha256 = core::sha256_file(settings.model);
    EXPECT_EQ(refusal(settings), "nothing");
}

TEST(Load, RefusesImagesTheNetworkCanNotTake) {
    auto network = tests::load_cpu(tests::model("plain_scripted"));
    EXPECT_THROW(network.measure_shapes({3, 9, 20}), core::Error);
    EXPECT_THROW(network.measure_shapes({1, 8, 8}), core::Error);
}

TEST(WeightsHash, ChangesWithEachBitAndComesBackWithIt) {
    const auto network = tests::load_model("branches_scripted", 16);
    const auto golden = network.weights_sha256();
    {
        const auto weight = network.weight(0);
        const auto word = static_cast<std::uint32_t*>(weight.data_ptr())[7];
        const tests::ScopedWord fault(weight, 7, word ^ 1U);
        EXPECT_NE(network.weights_sha256(), golden);
    }
    EXPECT_EQ(network.weights_sha256(), golden);
}

TEST(WeightsHash, ReachesTheFirstAndTheLastBitOfEveryTensor) {
    network::Settings settings;
    settings.model = tests::model("branches_scripted");
    settings.device = "cpu";
    settings.buffers = true;
    const auto network = network::load(settings);
    const int count = static_cast<int>(network.description().tensors.size());
    std::set<std::string> hashes = {network.weights_sha256()};
    for (int tensor = 0; tensor < count; ++tensor) {
        const auto weight = network.weight(tensor);
        const auto* words = static_cast<const std::uint32_t*>(weight.data_ptr());
        for (const auto& [element, bit] :
             {std::pair{std::int64_t{0}, 1U}, std::pair{weight.numel() - 1, 0x80000000U}}) {
            const tests::ScopedWord fault(weight, element, words[element] ^ bit);
            hashes.insert(network.weights_sha256());
        }
    }
    EXPECT_EQ(std::ssize(hashes), 1 + 2 * count);
}

TEST(Weight, WrittenToChangesTheOutput) {
    for (const auto& [name, size] : tests::tiny_models()) {
        const auto network = tests::load_model(name, size);
        const auto batch = tests::images(2, size);
        const auto golden = network.forward(batch);
        const tests::ScopedWord fault(network.weight(0), 0, 0x42c80000);  // 100
        EXPECT_FALSE(tests::same_bits(network.forward(batch), golden)) << name;
    }
}

TEST(Device, ThatIsAbsentOrUnknownIsRefused) {
    EXPECT_THROW(network::choose_device("tpu"), core::Error);
    EXPECT_THROW(network::choose_device("cuda:77"), core::Error);
    EXPECT_TRUE(network::choose_device("cpu").is_cpu());
}

TEST(Device, ComputesInTrueFloat32) {
    const auto switches = network::fix_numerics(0);
    EXPECT_EQ(switches["tf32_convolution"], false);
    EXPECT_EQ(switches["deterministic_algorithms"], true);
    const auto probe = network::probe_float32(at::kCPU);
    EXPECT_TRUE(probe.pass);
    EXPECT_LT(probe.error, 1e-6);
    EXPECT_GT(probe.error, 0);
}

}  // namespace
}  // namespace faultline
