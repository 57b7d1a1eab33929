#pragma once

#include <faultline/network/program.h>

#include <span>
#include <vector>

/// Part of a pass: which steps to run on what is at hand, and what can be forgotten on the way.
namespace faultline::network {

/// A set of values, by id.
using ValueSet = std::vector<bool>;

struct Leg {
    int step = 0;
    std::vector<ValueId> release;  ///< needed by nobody after this step
};

struct Route {
    std::vector<Leg> legs;  ///< steps rising
};

/// Runs `steps` (rising), and before them whatever makes an input that is neither kept nor a
/// constant. `kept` values are in the state (constants, images and the output count as kept) and
/// stay there; all others are released after their last use on the way.
Route route(const Program& program, std::span<const int> steps, const ValueSet& kept);

/// The whole program; only `kept` and the output stay.
Route whole_route(const Program& program, const ValueSet& kept);

/// Runs the route on a state that holds the kept values.
void run(const Program& program, const Route& route, State& state);

/// Forgets what the leg releases.
void release(const Leg& leg, State& state);

/// For each value the step that makes it; -1 for constants and images.
std::vector<int> producers(const Program& program);

}  // namespace faultline::network
