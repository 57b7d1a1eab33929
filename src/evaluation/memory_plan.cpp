// What a pass takes is measured on one blank image: every value's bytes, memory that several values
// share counted once. Golden's kept values are there twice (a chain of trials has its own), beside
// the largest part of a pass that lives at one time. What can't be seen (the probe's second images,
// operators' own reordered copies, holes that the allocator leaves) grows with the largest step;
// scripts/check_memory.py found up to 5.5 times its inputs and outputs.

#include <ATen/ATen.h>
#include <faultline/core/error.h>
#include <faultline/core/place.h>
#include <faultline/evaluation/memory_plan.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "trial_route.h"

namespace faultline::evaluation {
namespace {

using core::place;
using network::Program;
using network::ValueId;
using network::ValueSet;

struct Memory {
    const void* storage = nullptr;
    std::int64_t bytes = 0;
};

/// What each value takes for one image.
std::vector<Memory> measure_values(const network::Network& network) {
    auto sizes = network.description().input_shape;
    sizes.insert(sizes.begin(), 1);
    const auto state = network::run(
        network.program(),
        at::zeros(sizes, at::TensorOptions().dtype(at::kFloat).device(network.device())));
    std::vector<Memory> found(state.size());
    for (std::size_t value = 0; value < state.size(); ++value) {
        if (!state[value].isTensor() || !state[value].toTensor().defined()) continue;
        if (!network.program().constants[value].isNone()) continue;
        const auto& tensor = state[value].toTensor();
        found[value] = {tensor.storage().data(), static_cast<std::int64_t>(tensor.nbytes())};
    }
    return found;
}

std::int64_t bytes_of(const std::vector<Memory>& memory, const ValueSet& values) {
    std::map<const void*, std::int64_t> storages;
    for (std::size_t value = 0; value < values.size(); ++value) {
        if (!values[value] || memory[value].storage == nullptr) continue;
        auto& bytes = storages[memory[value].storage];
        bytes = std::max(bytes, memory[value].bytes);
    }
    std::int64_t sum = 0;
    for (const auto& [storage, bytes] : storages) sum += bytes;
    return sum;
}

/// The largest number of bytes alive at one time in a pass that keeps nothing, and what a step may
/// need unseen.
std::int64_t transient_bytes(const Program& program, const std::vector<Memory>& memory) {
    const auto route = network::whole_route(program, ValueSet(program.constants.size(), false));
    ValueSet alive(program.constants.size(), false);
    alive[place(program.input)] = true;
    std::int64_t most = 0, largest_step = 0;
    for (const auto& leg : route.legs) {
        const auto& step = program.steps[place(leg.step)];
        std::int64_t around = 0;
        for (const ValueId value : step.outputs) {
            alive[place(value)] = true;
            around += memory[place(value)].bytes;
        }
        for (const ValueId value : step.inputs) around += memory[place(value)].bytes;
        most = std::max(most, bytes_of(memory, alive));
        largest_step = std::max(largest_step, around);
        for (const ValueId value : leg.release) alive[place(value)] = false;
    }
    constexpr std::int64_t unseen = 6;
    return most + unseen * largest_step;
}

/// Multiply-accumulates, and the bytes that pass through for what isn't counted in those.
double step_cost(const network::Description& description, const Program& program,
                 const std::vector<Memory>& memory, int step) {
    constexpr double macs_in_the_time_of_a_byte = 2;
    double bytes = 0;
    for (const ValueId value : program.steps[place(step)].outputs)
        bytes += static_cast<double>(memory[place(value)].bytes);
    return static_cast<double>(description.nodes[place(step) + 1].macs) +
           macs_in_the_time_of_a_byte * bytes;
}

/// What a random fault is expected to cost when these values are kept.
double expected_cost(const network::Network& network, const std::vector<Memory>& memory,
                     const ValueSet& kept) {
    const auto& description = network.description();
    const auto& program = network.program();
    double sum = 0;
    std::map<std::vector<int>, double> elements;
    for (std::size_t tensor = 0; tensor < description.tensors.size(); ++tensor)
        elements[program.readers(static_cast<int>(tensor))] +=
            static_cast<double>(description.tensors[tensor].element_count());
    for (const auto& [struck, count] : elements) {
        const auto route = network::route(program, network::descendants(program, struck), kept);
        for (const auto& leg : route.legs)
            sum += count * step_cost(description, program, memory, leg.step);
    }
    return sum;
}

/// Kept values, the one that is missed least for its bytes first.
std::vector<ValueId> by_worth(const network::Network& network, const std::vector<Memory>& memory,
                              const ValueSet& wanted) {
    const auto all = expected_cost(network, memory, wanted);
    std::vector<std::pair<double, ValueId>> worth;
    for (std::size_t value = 0; value < wanted.size(); ++value) {
        if (!wanted[value] || memory[value].bytes == 0) continue;
        if (static_cast<ValueId>(value) == network.program().output) continue;
        auto without = wanted;
        without[value] = false;
        worth.emplace_back((expected_cost(network, memory, without) - all) /
                               static_cast<double>(memory[value].bytes),
                           static_cast<ValueId>(value));
    }
    std::sort(worth.begin(), worth.end());
    std::vector<ValueId> values;
    for (const auto& [gain, value] : worth) values.push_back(value);
    return values;
}

/// Bytes for one image.
struct Need {
    std::int64_t pass = 0;
    std::int64_t kept = 0;

    std::int64_t each() const { return pass + 2 * kept; }
};

constexpr int largest_cpu_batch = 128, largest_cuda_batch = 512, good_batch = 16;

int largest_batch(const network::Network& network, const MemoryRequest& request) {
    const int most = network.device().is_cuda() ? largest_cuda_batch : largest_cpu_batch;
    const auto limit = request.batch > 0 ? request.batch : most;
    return static_cast<int>(std::clamp<std::int64_t>(request.image_count, 1, limit));
}

/// As many equal blocks as a batch of at most `most` makes: little padding.
int even_batch(std::int64_t image_count, int most) {
    const auto blocks = (image_count + most - 1) / most;
    return static_cast<int>((image_count + blocks - 1) / blocks);
}

int count_of(const ValueSet& values) {
    return static_cast<int>(std::count(values.begin(), values.end(), true));
}

[[noreturn]] void refuse(const MemoryRequest& request, std::int64_t needed, int batch) {
    throw core::Error(
        core::Fault::usage,
        fmt::format("memory: {} is too little: a plain pass over {} image{} needs about {} ({} of "
                    "it in use already); give more with --memory{}",
                    bytes_text(request.budget_bytes), batch, batch == 1 ? "" : "s",
                    bytes_text(needed), bytes_text(request.used_bytes),
                    batch > 1 ? ", or a smaller --batch" : ""));
}

}  // namespace

std::string MemoryPlan::shortage() const {
    std::string what;
    if (batch < wanted_batch)
        what = fmt::format("the batch is {} rather than {}", batch, wanted_batch);
    if (kept_count < wanted_count) {
        what += fmt::format("{}{} of {} values are kept at batch {}: trials start further back",
                            what.empty() ? "" : ", and ", kept_count, wanted_count, batch);
    }
    if (what.empty()) return {};
    return fmt::format("memory: within {}, {}; give more with --memory{}", bytes_text(budget_bytes),
                       what, kept_count < wanted_count ? ", or a smaller --batch" : "");
}

MemoryPlan plan_memory(const network::Network& network, const MemoryRequest& request) {
    const auto& program = network.program();
    const auto memory = measure_values(network);
    const auto room = request.budget_bytes - request.used_bytes;
    MemoryPlan plan;
    plan.budget_bytes = request.budget_bytes;
    plan.kept.assign(program.constants.size(), false);
    if (request.keep) plan.kept = wanted_values(program, step_kinds(program));
    plan.wanted_count = count_of(plan.kept);
    Need need{transient_bytes(program, memory), bytes_of(memory, plan.kept)};

    const int most = largest_batch(network, request);
    const auto fitting = [&] {
        return static_cast<int>(std::clamp<std::int64_t>(room / need.each(), 0, most));
    };
    // Enough images for the backends' good ways come before everything that could be kept.
    const int least = request.batch > 0 ? most : std::min(most, good_batch);
    if (fitting() < least) {
        for (const ValueId value : by_worth(network, memory, plan.kept)) {
            if (fitting() >= least) break;
            plan.kept[place(value)] = false;
            need.kept = bytes_of(memory, plan.kept);
        }
    }
    const int batch = fitting();
    if (batch < 1 || (request.batch > 0 && batch < most)) {
        const int wished = request.batch > 0 ? most : 1;
        refuse(request, request.used_bytes + wished * need.each(), wished);
    }
    const auto even = [&](int limit) {
        return even_batch(std::max<std::int64_t>(request.image_count, 1), limit);
    };
    plan.batch = request.batch > 0 ? most : even(batch);
    plan.wanted_batch = request.batch > 0 ? most : even(most);
    plan.kept_count = count_of(plan.kept);
    plan.kept_bytes = plan.batch * need.kept;
    plan.bytes = request.used_bytes + plan.batch * need.each();
    return plan;
}

std::optional<MemoryPlan> keep_fewer(const network::Network& network, MemoryPlan plan) {
    const auto memory = measure_values(network);
    const auto before = bytes_of(memory, plan.kept);
    const auto expendable = by_worth(network, memory, plan.kept);
    if (expendable.empty()) return {};
    auto now = before;
    for (const ValueId value : expendable) {
        if (now <= before / 2) break;
        plan.kept[place(value)] = false;
        now = bytes_of(memory, plan.kept);
    }
    plan.kept_count = count_of(plan.kept);
    plan.bytes -= 2 * plan.batch * (before - now);
    plan.kept_bytes = plan.batch * now;
    return plan;
}

}  // namespace faultline::evaluation
