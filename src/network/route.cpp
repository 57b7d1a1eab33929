#include <faultline/network/route.h>

#include <ATen/ATen.h>
#include <faultline/core/place.h>

#include <numeric>

namespace faultline::network {
namespace {

using core::place;

/// `steps` and what must be made again for them. Inputs come from earlier steps, so one walk
/// backwards finds all.
std::vector<bool> needed_steps(const Program& program, std::span<const int> steps,
                               const ValueSet& kept) {
    const auto makers = producers(program);
    std::vector<bool> needed(program.steps.size(), false);
    for (const int step : steps) needed[place(step)] = true;
    for (auto step = needed.size(); step-- > 0;) {
        if (!needed[step]) continue;
        for (const ValueId value : program.steps[step].inputs) {
            const int maker = makers[place(value)];
            if (maker >= 0 && !kept[place(value)]) needed[place(maker)] = true;
        }
    }
    return needed;
}

/// Walking backwards, the first reader met is the last one to read.
void add_releases(const Program& program, const ValueSet& kept, Route& route) {
    auto settled = kept;
    settled[place(program.input)] = settled[place(program.output)] = true;
    for (std::size_t value = 0; value < settled.size(); ++value)
        if (!program.constants[value].isNone()) settled[value] = true;
    const auto settle = [&](Leg& leg, ValueId value) {
        if (settled[place(value)]) return;
        settled[place(value)] = true;
        leg.release.push_back(value);
    };
    for (auto leg = route.legs.rbegin(); leg != route.legs.rend(); ++leg) {
        const auto& step = program.steps[place(leg->step)];
        for (const ValueId value : step.outputs) settle(*leg, value);
        for (const ValueId value : step.inputs) settle(*leg, value);
    }
}

}  // namespace

std::vector<int> producers(const Program& program) {
    std::vector<int> makers(program.constants.size(), -1);
    for (std::size_t step = 0; step < program.steps.size(); ++step)
        for (const ValueId value : program.steps[step].outputs)
            makers[place(value)] = static_cast<int>(step);
    return makers;
}

Route route(const Program& program, std::span<const int> steps, const ValueSet& kept) {
    const auto needed = needed_steps(program, steps, kept);
    Route found;
    for (std::size_t step = 0; step < needed.size(); ++step)
        if (needed[step]) found.legs.push_back({static_cast<int>(step), {}});
    add_releases(program, kept, found);
    return found;
}

Route whole_route(const Program& program, const ValueSet& kept) {
    std::vector<int> all(program.steps.size());
    std::iota(all.begin(), all.end(), 0);
    return route(program, all, kept);
}

void release(const Leg& leg, State& state) {
    for (const ValueId value : leg.release) state[place(value)] = c10::IValue();
}

void run(const Program& program, const Route& route, State& state) {
    c10::NoGradGuard no_gradients;
    for (const auto& leg : route.legs) {
        run_step(program, leg.step, state);
        release(leg, state);
    }
}

}  // namespace faultline::network
