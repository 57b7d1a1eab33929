// What the probe must not be taken in by: operations made for the purpose, and networks.

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <map>

#include "../../src/evaluation/probe.h"
#include "../../src/evaluation/trial_route.h"
#include "small_campaign.h"

namespace faultline {
namespace {

using evaluation::Probe;
using evaluation::ValueKind;
using network::Program;

constexpr int batch = 32;

Probe probe_of(const Program& program, const at::Tensor& images) {
    const auto kinds = evaluation::step_kinds(program);
    const auto state = network::run(program, images);
    evaluation::Prober prober(program, kinds, images.size(0));
    for (int step = 0; step < static_cast<int>(program.steps.size()); ++step)
        prober.observe(step, state);
    return prober.take();
}

/// A program of one step.
Program program_of(const std::string& operation,
                   const std::function<at::Tensor(const at::Tensor&)>& run) {
    Program program;
    program.constants.resize(2);
    program.output = 1;
    program.steps = {{operation, {0}, {1}, -1, false, [run](std::vector<c10::IValue> inputs) {
                          return std::vector<c10::IValue>{run(inputs.at(0).toTensor())};
                      }}};
    return program;
}

/// 24 channels of `places` numbers.
at::Tensor images(std::int64_t places) {
    return at::arange(batch * 24 * places, at::kFloat)
        .remainder(4001)
        .div(1000)
        .sub(2)
        .reshape({batch, 24, places});
}

std::vector<bool> exact_sizes(const Probe& probe, std::size_t step = 0) {
    std::vector<bool> exact;
    for (const auto& sub : probe.sub_batches) exact.push_back(sub.exact[step]);
    return exact;
}

const std::vector<bool> in_both = {true, true}, in_none = {false, false};

TEST(Probe, TakesElementwiseStepsForWhatTheyAre) {
    const auto probe =
        probe_of(program_of("aten::relu", [](const at::Tensor& x) { return x.relu(); }), images(5));
    EXPECT_EQ(exact_sizes(probe), in_both);
    EXPECT_EQ(probe.block_width[0], 16);
}

/// Adds to an element that lies among the last ones, where no whole vector register is filled, if
/// it is one of few numbers.
at::Tensor odd_at_the_end(const at::Tensor& x) {
    auto made = x.clone();
    const auto count = made.numel();
    auto end = made.reshape({count}).narrow(0, count / 32 * 32, count % 32);
    end.add_(end.gt(7.9).to(at::kFloat));
    return made;
}

TEST(Probe, SeesElementsThatAreTreatedOtherwiseThoughNoImageShowsIt) {
    ASSERT_LT(images(5).max().item<float>(), 7.9) << "golden doesn't show it";
    const auto program = program_of("aten::sigmoid", odd_at_the_end);
    // 32 images of 24 x 5 fill whole registers; so do 16, and blocks of 16 channels; not of 3.
    EXPECT_EQ(exact_sizes(probe_of(program, images(5))), in_both);
    EXPECT_EQ(probe_of(program, images(5)).block_width[0], 16);
    const auto some = images(5).narrow(0, 0, 31);
    EXPECT_EQ(exact_sizes(probe_of(program, some)), std::vector<bool>({false}));
    EXPECT_EQ(probe_of(program, some).block_width[0], 0);
}

TEST(Probe, SeesWhatOneImageDoesToOthersThoughNoImageShowsIt) {
    const auto limited = program_of("aten::clamp", [](const at::Tensor& x) {
        return x.max().item<float>() > 1000 ? x.clamp(-1, 1) : x.clone();
    });
    EXPECT_EQ(exact_sizes(probe_of(limited, images(4))), in_none);
    const auto apart =
        program_of("aten::clamp", [](const at::Tensor& x) { return x.clamp(-1, 1); });
    EXPECT_EQ(exact_sizes(probe_of(apart, images(4))), in_both);
}

TEST(Probe, TriesEveryBlock) {
    // 200 channels; channel 100 alone comes out otherwise where it isn't the whole.
    const auto program = program_of("aten::relu", [](const at::Tensor& x) {
        auto made = x.relu();
        if (x.size(1) < 200) made.add_(x.eq(100).to(at::kFloat));
        return made;
    });
    const auto channels = at::arange(200, at::kFloat).reshape({1, 200, 1}).expand({batch, 200, 2});
    EXPECT_EQ(probe_of(program, channels.contiguous()).block_width[0], 0);
}

/// The kinds of the values that operations make, in order.
std::map<std::string, std::vector<ValueKind>> kinds_of(const std::string& model, int size) {
    const auto network = tests::load_model(model, size);
    const auto probe = probe_of(network.program(), tests::images(batch, size));
    std::map<std::string, std::vector<ValueKind>> kinds;
    for (const auto& step : network.program().steps)
        for (const auto value : step.outputs)
            kinds[step.operation].push_back(probe.values[static_cast<std::size_t>(value)]);
    return kinds;
}

using Kinds = std::vector<ValueKind>;

TEST(ValueKinds, TellShapesListsAndRowsApart) {
    auto kinds = kinds_of("split", 8);
    EXPECT_EQ(kinds["aten::size"].front(), ValueKind::shape);
    EXPECT_EQ(kinds["aten::chunk"], Kinds{ValueKind::list});
    EXPECT_EQ(kinds["prim::ListUnpack"], (Kinds{ValueKind::row, ValueKind::row}));
    EXPECT_EQ(kinds["aten::linear"], Kinds{ValueKind::row});
}

TEST(ValueKinds, TellWhatIsMadeOfWeightsAlone) {
    auto kinds = kinds_of("weight_norm", 8);
    EXPECT_EQ(kinds["aten::_weight_norm"], Kinds(3, ValueKind::fixed)) << "32 rows, 32 images";
    kinds = kinds_of("tokens", 16);
    EXPECT_EQ(kinds["prim::NumToTensor"], Kinds{ValueKind::shape});
    EXPECT_EQ(kinds["aten::Int"], Kinds{ValueKind::shape});
    EXPECT_EQ(kinds["aten::expand"], Kinds{ValueKind::row}) << "a weight, once for each image";
}

TEST(ValueKinds, TellWhatBelongsToTheWholeBatch) {
    auto kinds = kinds_of("batch_wide", 8);
    EXPECT_EQ(kinds["aten::max"], Kinds{ValueKind::mixed});
    EXPECT_EQ(kinds["aten::any"], Kinds{ValueKind::mixed});
    EXPECT_EQ(kinds["aten::Bool"], Kinds{ValueKind::mixed});
}

/// In which sizes each step of the model is exact, by operation; once for each.
std::map<std::string, std::vector<bool>> exactness_of(const std::string& model, int size) {
    const auto network = tests::load_model(model, size);
    const auto probe = probe_of(network.program(), tests::images(batch, size));
    std::map<std::string, std::vector<bool>> exact;
    for (std::size_t step = 0; step < network.program().steps.size(); ++step)
        exact[network.program().steps[step].operation] = exact_sizes(probe, step);
    return exact;
}

TEST(Probe, LeavesDecisionsToTheWholeBatch) {
    auto exact = exactness_of("batch_wide", 8);
    EXPECT_EQ(exact["aten::max"], in_none);
    EXPECT_EQ(exact["aten::any"], in_none);
    EXPECT_EQ(exact["prim::If"], in_none);
    EXPECT_EQ(exact["aten::div"], in_both) << "the largest number is given from outside";
    exact = exactness_of("control_flow", 16);
    EXPECT_EQ(exact["prim::Loop"], in_none);
}

TEST(Probe, LetsSmallerBatchesThroughChecksOfShapesAndLists) {
    for (const auto& [name, size] : {tests::TinyModel{"branches_scripted", 16}, {"split", 8}}) {
        for (const auto& [operation, exact] : exactness_of(name, size))
            EXPECT_EQ(exact, in_both) << name << ": " << operation;
    }
}

}  // namespace
}  // namespace faultline
