#include "trial_route.h"

#include <ATen/ATen.h>
#include <faultline/core/place.h>

#include <algorithm>
#include <optional>

namespace faultline::evaluation {
namespace {

using core::place;
using network::Program;
using network::ValueId;
using network::ValueSet;

bool contains(const std::vector<int>& rising, int value) {
    return std::binary_search(rising.begin(), rising.end(), value);
}

/// Follows changes that fill only some channels. Calls `settle` for each value that has to be
/// whole at some step although only some of its channels changed.
template <class Narrow, class Settle>
void follow_patches(const Program& program, const std::vector<StepKind>& kinds,
                    const std::vector<int>& steps, const std::vector<int>& struck,
                    const Narrow& narrow, const Settle& settle) {
    ValueSet patched(program.constants.size(), false), whole(program.constants.size(), false);
    for (const int index : steps) {
        const auto& step = program.steps[place(index)];
        const auto kind = kinds[place(index)];
        const auto patches = std::count_if(step.inputs.begin(), step.inputs.end(),
                                           [&](ValueId value) { return patched[place(value)]; });
        const bool mixed = std::any_of(step.inputs.begin(), step.inputs.end(),
                                       [&](ValueId value) { return whole[place(value)]; });
        const bool starts = contains(struck, index) && patches == 0 && !mixed &&
                            (kind == StepKind::weighted || kind == StepKind::channelwise);
        const bool passes = !contains(struck, index) && patches > 0 && !mixed &&
                            (kind == StepKind::channelwise || kind == StepKind::join);
        const bool carries = narrow(index) && (starts || passes);
        if (!carries || patches > 1) {
            for (const ValueId value : step.inputs)
                if (patched[place(value)]) settle(value);
        }
        if (kind == StepKind::shape) continue;  // the parent's whole value tells it
        for (const ValueId value : step.outputs) (carries ? patched : whole)[place(value)] = true;
    }
}

ValueSet changed_values(const Program& program, const std::vector<int>& steps) {
    ValueSet changed(program.constants.size(), false);
    for (const int step : steps)
        for (const ValueId value : program.steps[place(step)].outputs) changed[place(value)] = true;
    return changed;
}

/// Shapes stay, whatever the faults.
ValueSet without_shapes(const Ground& ground, ValueSet values) {
    for (std::size_t value = 0; value < values.size(); ++value)
        if (ground.probe.values[value] == ValueKind::shape) values[value] = false;
    return values;
}

/// For each value, the place of the last leg that reads it; the output is read at the very end.
std::vector<int> last_readers(const Program& program, const network::Route& route) {
    std::vector<int> last(program.constants.size(), -1);
    for (std::size_t leg = 0; leg < route.legs.size(); ++leg)
        for (const ValueId value : program.steps[place(route.legs[leg].step)].inputs)
            last[place(value)] = static_cast<int>(leg);
    last[place(program.output)] = static_cast<int>(route.legs.size());
    return last;
}

/// Kept values, too, are released after their last use, where they are the trial's own.
network::Route lone_route(const Program& program, network::Route route, const ValueSet& kept,
                          const ValueSet& changed) {
    const auto last = last_readers(program, route);
    for (std::size_t leg = 0; leg < route.legs.size(); ++leg) {
        for (const ValueId value : program.steps[place(route.legs[leg].step)].outputs) {
            const auto end = std::max(static_cast<int>(leg), last[place(value)]);
            if (!kept[place(value)] || !changed[place(value)] || value == program.output) continue;
            route.legs[place(end)].release.push_back(value);
        }
    }
    return route;
}

/// The one changed value that legs after `leg` read, if it is just one.
std::optional<ValueId> only_live(const Program& program, const TrialRoute& trial,
                                 const std::vector<int>& last, int leg) {
    std::optional<ValueId> only;
    for (int earlier = 0; earlier <= leg; ++earlier) {
        for (const ValueId value :
             program.steps[place(trial.route.legs[place(earlier)].step)].outputs) {
            if (!trial.changed[place(value)] || last[place(value)] <= leg) continue;
            if (only) return {};
            only = value;
        }
    }
    return only;
}

/// What the tail reads that earlier steps made, but for the cut's value.
std::vector<ValueId> tail_inputs(const Program& program, const TrialRoute& trial) {
    const auto makers = network::producers(program);
    std::vector<ValueId> inputs;
    for (const int step : trial.tail) {
        for (const ValueId value : program.steps[place(step)].inputs) {
            const int maker = makers[place(value)];
            if (maker >= 0 && value != trial.cut_value && !contains(trial.tail, maker))
                inputs.push_back(value);
        }
    }
    return inputs;
}

/// Whether the tail can run on some images only: what it reads can be given row by row, and what
/// children resume from can be put back so.
bool is_separable(const Ground& ground, const TrialRoute& trial) {
    const auto is_list = [&](ValueId value) { return ground.value_kind(value) == ValueKind::list; };
    return std::ranges::none_of(trial.tail_inputs, is_list) &&
           std::ranges::none_of(trial.tail, [&](int step) {
               return std::ranges::any_of(
                   ground.program.steps[place(step)].outputs,
                   [&](ValueId value) { return ground.kept[place(value)] && is_list(value); });
           });
}

/// Whether a trial's value can be held against its parent's, image by image.
bool can_be_cut(const Ground& ground, ValueId value) {
    return ground.kept[place(value)] && ground.value_kind(value) == ValueKind::row &&
           !ground.probe.in_weights[place(value)];
}

void find_cut(const Ground& ground, TrialRoute& trial) {
    const auto& program = ground.program;
    const auto last = last_readers(program, trial.route);
    const auto& legs = trial.route.legs;
    for (int leg = 0; leg + 1 < static_cast<int>(legs.size()); ++leg) {
        if (legs[place(leg)].step < trial.struck.back()) continue;
        const auto value = only_live(program, trial, last, leg);
        const auto& made = program.steps[place(legs[place(leg)].step)].outputs;
        if (!value || !can_be_cut(ground, *value)) continue;
        if (std::find(made.begin(), made.end(), *value) == made.end()) continue;
        trial.cut = leg;
        trial.cut_value = *value;
        break;
    }
    if (trial.cut < 0) return;
    for (auto leg = legs.begin() + trial.cut + 1; leg != legs.end(); ++leg)
        trial.tail.push_back(leg->step);
    trial.tail_inputs = tail_inputs(program, trial);
    if (!is_separable(ground, trial)) return;
    trial.stackable = std::ranges::all_of(trial.tail_inputs, [&](ValueId value) {
        return ground.kept[place(value)] || ground.value_kind(value) == ValueKind::shape;
    });
    for (const auto& sub : ground.probe.sub_batches)
        if (sub.exact_on(trial.tail)) trial.sizes.push_back(&sub);
}

}  // namespace

bool TrialRoute::strikes(int step) const { return contains(struck, step); }

std::vector<StepKind> step_kinds(const Program& program) {
    std::vector<StepKind> kinds;
    for (const auto& step : program.steps) kinds.push_back(step_kind(program, step));
    return kinds;
}

TrialRoute trial_route(const Ground& ground, std::vector<int> struck) {
    TrialRoute trial;
    trial.struck = std::move(struck);
    const auto steps = network::descendants(ground.program, trial.struck);
    trial.changed = without_shapes(ground, changed_values(ground.program, steps));
    trial.route = network::route(ground.program, steps, ground.kept);
    trial.lone = lone_route(ground.program, trial.route, ground.kept, trial.changed);
    trial.patchable = true;
    follow_patches(
        ground.program, ground.kinds, steps, trial.struck,
        [&](int step) { return ground.block_width(step) > 0; },
        [&](ValueId value) { trial.patchable = trial.patchable && ground.kept[place(value)]; });
    if (!trial.struck.empty()) find_cut(ground, trial);
    return trial;
}

ValueSet wanted_values(const Program& program, const std::vector<StepKind>& kinds) {
    ValueSet wanted(program.constants.size(), false);
    const auto makers = network::producers(program);
    for (std::size_t tensor = 0; tensor < program.weights.size(); ++tensor) {
        const auto struck = program.readers(static_cast<int>(tensor));
        const auto steps = network::descendants(program, struck);
        const auto changed = changed_values(program, steps);
        for (const int step : steps)
            for (const ValueId value : program.steps[place(step)].inputs)
                if (makers[place(value)] >= 0 && !changed[place(value)])
                    wanted[place(value)] = true;
        follow_patches(
            program, kinds, steps, struck, [](int) { return true; },
            [&](ValueId value) { wanted[place(value)] = true; });
    }
    wanted[place(program.output)] = true;
    return wanted;
}

}  // namespace faultline::evaluation
