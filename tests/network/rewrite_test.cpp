#include <faultline/core/error.h>
#include <faultline/network/rewrite.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/folder.h"
#include "support/networks.h"

namespace faultline {
namespace {

using network::LayerFormats;
using network::Network;
using number::FixedPoint;

/// Coarse enough to change every answer.
LayerFormats coarse() {
    return {FixedPoint({.bit_count = 6, .fraction_bits = 5}),
            FixedPoint({.bit_count = 7, .fraction_bits = 6}),
            FixedPoint({.bit_count = 8, .fraction_bits = 4}),
            FixedPoint({.bit_count = 8, .fraction_bits = 5})};
}

Network with(const Network& network, const LayerFormats& formats) {
    const std::vector<LayerFormats> all(network.description().layers.size(), formats);
    return network::with_formats(network, all);
}

int count(const Network& network, const std::string& operation) {
    int found = 0;
    for (const auto& step : network.program().steps) found += step.operation == operation;
    return found;
}

bool on_grid(const at::Tensor& values, const FixedPoint& format) {
    const auto host = values.contiguous().flatten();
    const auto* first = host.data_ptr<float>();
    return std::all_of(first, first + host.numel(),
                       [&](float value) { return format.quantise(value) == value; });
}

std::string refusal(const std::function<void()>& act) {
    try {
        act();
    } catch (const core::Error& error) {
        return error.what();
    }
    return "nothing";
}

TEST(Fold, BatchNormsGoIntoTheLayersBeforeThem) {
    for (const auto* name : {"branches_traced", "branches_scripted"}) {
        const auto network = tests::load_model(name, 16);
        const auto folded = network::fold_batch_norms(network);
        EXPECT_THAT(folded.norms, testing::ElementsAre("norm"));
        EXPECT_TRUE(folded.left.empty());
        const auto& layers = folded.network.description().layers;
        EXPECT_EQ(layers.size() + 1, network.description().layers.size());
        EXPECT_EQ(count(folded.network, "aten::batch_norm"), 0);
        const auto images = tests::images(3, 16);
        EXPECT_TRUE(
            at::allclose(folded.network.forward(images), network.forward(images), 1e-4, 1e-5));
    }
}

TEST(Fold, ALayerWithoutBiasGetsOneBehindItsWeight) {
    const auto folded = network::fold_batch_norms(tests::load_model("branches_scripted", 16));
    const auto& tensors = folded.network.description().tensors;
    EXPECT_EQ(tensors.at(0).name, "stem.weight");
    EXPECT_EQ(tensors.at(1).name, "stem.bias");
    EXPECT_EQ(tensors.at(1).role, network::Role::bias);
}

TEST(Fold, LeavesTheNetworkItCameFromAlone) {
    const auto network = tests::load_model("branches_scripted", 16);
    const auto before = network.weights_sha256();
    const auto logits = network.forward(tests::images(2, 16));
    const auto folded = network::fold_batch_norms(network);
    for (int i = 0; i < std::ssize(folded.network.description().tensors); ++i)
        folded.network.weight(i).zero_();
    EXPECT_EQ(network.weights_sha256(), before);
    EXPECT_TRUE(tests::same_bits(network.forward(tests::images(2, 16)), logits));
}

TEST(Formats, WeightsAreThoseTheFormatRoundsTo) {
    const auto network = tests::load_model("plain_traced", 8);
    const auto fixed = with(network, coarse());
    for (int i = 0; i < std::ssize(network.description().tensors); ++i) {
        const auto& tensor = fixed.description().tensors[static_cast<std::size_t>(i)];
        const auto& format = std::get<FixedPoint>(tensor.format);
        auto expected = network.weight(i).clone().contiguous();
        format.quantise({expected.data_ptr<float>(), static_cast<std::size_t>(expected.numel())});
        EXPECT_TRUE(tests::same_bits(fixed.weight(i), expected)) << tensor.name;
        EXPECT_FALSE(tests::same_bits(fixed.weight(i), network.weight(i))) << tensor.name;
    }
}

TEST(Formats, ActivationsLieOnTheirGrids) {
    const auto fixed = with(tests::load_model("plain_traced", 8), coarse());
    auto state = network::run(fixed.program(), tests::images(4, 8));
    int checked = 0;
    for (const auto& step : fixed.program().steps) {
        if (!step.product) continue;
        const auto& data = state[static_cast<std::size_t>(step.product->data)].toTensor();
        EXPECT_TRUE(on_grid(data, *coarse().inputs));
        ++checked;
    }
    EXPECT_GT(checked, 1);
    EXPECT_TRUE(on_grid(network::logits(fixed.program(), state), *coarse().outputs));
}

class EachTinyModel : public testing::TestWithParam<tests::TinyModel> {};

TEST_P(EachTinyModel, InFormatsIsTheSameWholeInStepsAndReadBackOrIsRefused) {
    const auto network = tests::load_model(GetParam().name, GetParam().size);
    if (!network.description().tensors.empty() && network.description().format() != "float32")
        GTEST_SKIP() << "in formats already";
    const TemporaryFolder folder;
    const auto path = (folder.path / "fixed.pt").string();
    try {
        const auto fixed = with(network, coarse());
        const auto images = tests::images(5, GetParam().size);
        const auto logits = fixed.forward(images);
        const auto state = network::run(fixed.program(), images);
        EXPECT_TRUE(tests::same_bits(logits, network::logits(fixed.program(), state)));
        network::save(fixed, path, {{"made", "here"}});
        const auto loaded = tests::load_cpu(path);
        EXPECT_TRUE(tests::same_bits(loaded.forward(images), logits));
        EXPECT_EQ(loaded.description().tensors, fixed.description().tensors);
        EXPECT_EQ(loaded.weights_sha256(), fixed.weights_sha256());
        EXPECT_EQ(network::quantization(loaded), (core::Json{{"made", "here"}}));
        for (std::size_t i = 0; i < loaded.description().layers.size(); ++i) {
            EXPECT_EQ(loaded.description().layers[i].inputs, coarse().inputs);
            EXPECT_EQ(loaded.description().layers[i].group, network.description().layers[i].group);
        }
    } catch (const core::Error& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("can't be cut into steps"));
        EXPECT_EQ(network.program().steps.size(), 1U);
    }
}

INSTANTIATE_TEST_SUITE_P(Rewrite, EachTinyModel, testing::ValuesIn(tests::tiny_models()),
                         [](const auto& tested) { return tested.param.name; });

TEST(Formats, KeepNaNAndEndInfinityAtTheRange) {
    const auto fixed = with(tests::load_model("plain_traced", 8), coarse());
    auto images = tests::images(2, 8);
    images[0].fill_(std::numeric_limits<float>::quiet_NaN());
    images[1].fill_(std::numeric_limits<float>::infinity());
    const auto logits = fixed.forward(images);
    EXPECT_TRUE(logits[0].isnan().any().item<bool>());
    EXPECT_TRUE(logits[1].isfinite().all().item<bool>());
}

TEST(Formats, WhatHasTheFormatIsNotRoundedAgain) {
    const auto network = tests::load_model("plain_traced", 8);
    auto formats = coarse();
    const int apart = count(with(network, formats), "aten::round");
    formats.inputs = formats.outputs;
    const auto once = with(network, formats);
    EXPECT_LT(count(once, "aten::round"), apart);
    for (const auto& step : once.program().steps) {
        if (!step.product) continue;
        const auto state = network::run(once.program(), tests::images(2, 8));
        EXPECT_TRUE(on_grid(state[static_cast<std::size_t>(step.product->data)].toTensor(),
                            *formats.inputs));
    }
}

TEST(Formats, RefuseNaNByTensorAndFractionsBeyondFloats) {
    const auto network = tests::load_model("plain_traced", 8);
    const auto& tensor = network.description().tensors[0];
    {
        const tests::ScopedWord nan(network.weight(0), 3, 0x7fc00000U);
        EXPECT_THAT(refusal([&] { with(network, coarse()); }),
                    testing::AllOf(testing::HasSubstr(network.description().path),
                                   testing::HasSubstr("element 3 of " + tensor.name)));
    }
    auto far = coarse();
    far.inputs = FixedPoint({.bit_count = 8, .fraction_bits = 140});
    EXPECT_THAT(refusal([&] { with(network, far); }), testing::HasSubstr("within +-126"));
}

}  // namespace
}  // namespace faultline
