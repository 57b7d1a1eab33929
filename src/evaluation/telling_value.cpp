#include "telling_value.h"

#include <ATen/ATen.h>
#include <faultline/core/place.h>

#include "bits.h"
#include "inputs.h"

namespace faultline::evaluation {
namespace {

using core::place;

/// Where the only input lies that isn't fixed, if it is a float32 row.
std::optional<std::size_t> only_row(const network::Step& step, const ValueKinds& values,
                                    const network::State& state) {
    std::optional<std::size_t> only;
    for (std::size_t i = 0; i < step.inputs.size(); ++i) {
        const auto kind = values.of(step.inputs[i]);
        if (kind == ValueKind::fixed) continue;
        if (only || kind != ValueKind::row) return {};
        if (state[place(step.inputs[i])].toTensor().scalar_type() != at::kFloat) return {};
        only = i;
    }
    return only;
}

}  // namespace

std::optional<Telling> telling_value(const network::Step& step, const ValueKinds& values,
                                     const network::State& state) {
    if (step.outputs.size() != 1 || step.whole) return {};
    const auto input = only_row(step, values, state);
    if (!input) return {};
    const auto& whole = state[place(step.inputs[*input])].toTensor();
    const auto& output = state[place(step.outputs[0])];
    if (!output.isTensor() || output.toTensor().sizes() != whole.sizes()) return {};

    const auto run = [&](const at::Tensor& elements) {
        auto inputs = inputs_of(step, state);
        inputs[*input] = elements;
        return step.run(std::move(inputs)).at(0).toTensor();
    };
    // Fewer than fill a vector register; all of them fill whole ones.
    constexpr std::int64_t few = 7, groups = 160;
    const auto tried = at::linspace(-8, 8, few * groups, whole.options());
    const auto together = run(tried);
    if (together.sizes() != tried.sizes()) return {};
    for (std::int64_t group = 0; group < groups; ++group) {
        const auto differs = differing_rows(run(tried.narrow(0, group * few, few)),
                                            together.narrow(0, group * few, few));
        const auto found = differs.nonzero();
        if (found.numel() == 0) continue;
        const auto value = tried[group * few + found[0].item<std::int64_t>()].item<float>();
        return Telling{*input, value, run(at::full_like(whole, value))};
    }
    return {};
}

}  // namespace faultline::evaluation
