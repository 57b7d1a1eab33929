#include "probe.h"

#include <c10/core/GradMode.h>
#include <faultline/core/place.h>
#include <faultline/evaluation/memory_plan.h>

#include <exception>

#include "probe_blocks.h"
#include "telling_value.h"

namespace faultline::evaluation {
namespace {

using core::place;

/// What `find` finds; nothing, too, for a shape that the shortcut can't take. Throws on when memory
/// runs out.
template <class Find>
auto attempt(const Find& find) -> decltype(find()) {
    try {
        return find();
    } catch (const std::exception& error) {
        if (is_out_of_memory(error)) throw;
        return {};
    }
}

}  // namespace

Prober::Prober(const network::Program& program, const std::vector<StepKind>& kinds,
               std::int64_t batch)
    : program_(program), kinds_(kinds), values_(program, batch) {
    probe_.block_width.assign(program.steps.size(), 0);
    probe_.sub_batches = sub_batches(program, batch);
}

void Prober::observe(int index, const network::State& state) {
    c10::NoGradGuard no_gradients;
    const auto& step = program_.steps[place(index)];
    values_.observe(step, state);
    const auto telling = attempt([&] { return telling_value(step, values_, state); });
    probe_.block_width[place(index)] = attempt(
        [&] { return exact_block_width(step, kinds_[place(index)], values_, state, telling); });
    const bool apart = attempt(
        [&] { return images_stay_apart(probe_.sub_batches.front(), step, values_, state); });
    for (auto& sub : probe_.sub_batches) {
        const bool exact = attempt([&] { return is_exact_in(sub, step, values_, state, telling); });
        sub.exact[place(index)] = apart && exact;
    }
}

Probe Prober::take() {
    probe_.values = values_.all();
    probe_.in_weights = values_.in_weights();
    return std::move(probe_);
}

}  // namespace faultline::evaluation
