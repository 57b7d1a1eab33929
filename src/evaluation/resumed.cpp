// Images outside, trials inside: a golden pass keeps what trials resume from; then come the chains
// of trials (each resumes from its parent), then the trials that stand alone, those that strike the
// same steps one after another, so that what survives of them can share a batch.

#include "resumed.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <faultline/core/error.h>
#include <faultline/core/place.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <exception>
#include <set>

namespace faultline::evaluation {
namespace {

using core::place;
using network::State;

double now_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

std::vector<std::int64_t> step_macs(const network::Description& description) {
    std::vector<std::int64_t> macs;
    for (std::size_t node = 1; node < description.nodes.size(); ++node)
        macs.push_back(description.nodes[node].macs);
    return macs;
}

/// The output channel that an element of a weight tensor belongs to.
std::int64_t channel_of(const network::WeightTensor& tensor, std::int64_t element) {
    return tensor.shape.empty() ? 0 : element / (tensor.element_count() / tensor.shape[0]);
}

std::vector<Strike> strikes_of(const network::Network& network, const Ground& ground,
                               const Trial& trial) {
    std::map<int, Strike> strikes;
    std::map<std::int32_t, std::vector<int>> readers;  // thousands of faults, few tensors
    for (const auto& effect : trial.added) {
        if (effect.idle()) continue;
        const auto& word = std::get<fault::WeightWord>(effect.location);
        const auto& tensor = network.description().tensors[place(word.tensor)];
        const auto channel = channel_of(tensor, word.element);
        const auto channel_count = tensor.shape.empty() ? 1 : tensor.shape[0];
        const auto [steps, first] = readers.try_emplace(word.tensor);
        if (first) steps->second = network::touched_steps(network.program(), effect.location);
        for (const int step : steps->second) {
            const auto width = std::max(ground.block_width(step), few_channels);
            const auto channels = block_of(channel, channel_count, width);
            const auto [found, added] = strikes.try_emplace(step, Strike{step, channels});
            if (!added && found->second.channels != channels) found->second.channels.reset();
        }
    }
    std::vector<Strike> all;
    for (const auto& [step, strike] : strikes) all.push_back(strike);
    return all;
}

std::vector<int> steps_of(const std::vector<Strike>& strikes) {
    std::vector<int> steps;
    for (const auto& strike : strikes) steps.push_back(strike.step);
    return steps;
}

}  // namespace

Stopwatch::Stopwatch(double& sum) : sum_(sum), start_(now_seconds()) {}
Stopwatch::~Stopwatch() { sum_ += now_seconds() - start_; }

std::vector<float> on_host(const at::Tensor& logits, std::int64_t count) {
    const auto host = logits.narrow(0, 0, count).to(at::kCPU).contiguous();
    return {host.data_ptr<float>(), host.data_ptr<float>() + host.numel()};
}

void require_equal(const std::vector<float>& reference, const std::vector<float>& found,
                   std::int32_t trial) {
    const auto same = [](float left, float right) {
        return std::memcmp(&left, &right, sizeof left) == 0 ||
               (std::isnan(left) && std::isnan(right));
    };
    std::size_t differing = reference.size() == found.size() ? 0 : reference.size();
    for (std::size_t i = 0; differing != reference.size() && i < found.size(); ++i)
        differing += !same(reference[i], found[i]);
    if (differing == 0) return;
    throw core::Error(
        core::Fault::integrity,
        fmt::format("trial {} in the list of trials: {} of {} logits differ from the reference's; "
                    "don't trust resumed evaluation here, use --evaluation whole, and please "
                    "report this",
                    trial, differing, reference.size()));
}

/// The trials of one block.
class Resumed::Run {
 public:
    Run(Resumed& owner, const Request& request, const State& golden)
        : owner_(owner),
          request_(request),
          golden_(golden),
          batch_{owner.ground_, owner.macs_, owner.plan_.batch, std::ssize(request.labels),
                 owner.tiers_},
          injections_(owner.network_, request.trials),
          stack_(batch_, golden_, owner.work_),
          children_(request.trials.size(), 0),
          checked_(request.checked.begin(), request.checked.end()),
          tallies_(request.trials.size()),
          golden_logits_(on_host(output_of(golden), batch_.count)) {
        owner.work_.golden_right = right(golden_logits_, request.labels);
        for (const auto& trial : request.trials)
            if (trial.parent != Trial::golden) ++children_[place(trial.parent)];
    }

    std::vector<Tally> measure() {
        std::vector<std::int32_t> alone, without_faults;
        bool struck = false;
        for (std::int32_t index = 0; index < std::ssize(request_.trials); ++index) {
            const auto& trial = request_.trials[place(index)];
            const bool root = trial.parent == Trial::golden;
            const bool empty = root && trial.added.empty();
            const bool idle = std::ranges::all_of(trial.added, &fault::Effect::idle);
            struck = struck || !empty;
            if (empty && struck && children_[place(index)] == 0) {
                without_faults.push_back(index);
            } else if (root && !idle && children_[place(index)] == 0) {
                alone.push_back(index);
            } else {
                measure_resumed(index);
            }
        }
        measure_alone(alone);
        injections_.enter(Trial::golden);
        for (const auto index : without_faults) finish(index, reference());
        owner_.work_.checks += injections_.checks();
        return std::move(tallies_);
    }

 private:
    const at::Tensor& output_of(const State& state) const {
        return state[place(owner_.ground_.program.output)].toTensor();
    }

    std::vector<float> reference() {
        const Stopwatch watch(owner_.work_.seconds.verify);
        return on_host(owner_.network_.forward(request_.images), batch_.count);
    }

    /// Those that strike the same steps come together.
    void measure_alone(const std::vector<std::int32_t>& trials) {
        std::map<std::vector<int>, std::vector<std::int32_t>> by_steps;
        for (const auto index : trials)
            by_steps[steps_of(strikes_of(owner_.network_, owner_.ground_,
                                         request_.trials[place(index)]))]
                .push_back(index);
        for (const auto& [steps, group] : by_steps) {
            for (const auto index : group) measure_resumed(index);
            finish_stacked(true);
        }
    }

    /// The parent's activations; its own, when nobody else needs them.
    State parent_state(const Trial& trial) {
        if (trial.parent == Trial::golden) return golden_;
        auto found = states_.find(trial.parent);
        if (--children_[place(trial.parent)] > 0) return found->second;
        auto state = std::move(found->second);
        states_.erase(found);
        return state;
    }

    void measure_resumed(std::int32_t index) {
        const auto& trial = request_.trials[place(index)];
        injections_.enter(index);
        if (checked_.contains(index)) references_[index] = reference();
        const bool has_children = children_[place(index)] > 0;
        std::optional<Rows> left;
        State state;
        {
            const Stopwatch watch(owner_.work_.seconds.trials);
            auto strikes = strikes_of(owner_.network_, owner_.ground_, trial);
            const auto& route = owner_.route_of(steps_of(strikes));
            const bool may_leave = owner_.tiers_.stack && trial.parent == Trial::golden &&
                                   !has_children && strikes.size() == 1;
            state = parent_state(trial);
            Walk walk(batch_, route, std::move(strikes), state, has_children, owner_.work_);
            left = walk.run(may_leave);
            if (left) stack_.add(index, route, std::move(*left));
        }
        if (!left) finish(index, on_host(output_of(state), batch_.count));
        if (has_children) states_[index] = std::move(state);
        if (left) finish_stacked(false);
    }

    void finish_stacked(bool all) {
        injections_.enter(Trial::golden);
        std::vector<Stack::Finished> finished;
        {
            const Stopwatch watch(owner_.work_.seconds.trials);
            finished = stack_.run(all);
        }
        for (const auto& [trial, logits] : finished) finish(trial, on_host(logits, batch_.count));
    }

    void finish(std::int32_t index, const std::vector<float>& logits) {
        const auto reference = references_.find(index);
        if (reference != references_.end()) {
            require_equal(reference->second, logits, index);
            ++owner_.work_.trials_checked;
            references_.erase(reference);
        }
        const Stopwatch watch(owner_.work_.seconds.trials);
        tallies_[place(index)] = compare(logits, golden_logits_, request_.labels);
        if (owner_.confusion_)
            add_confusion(owner_.work_.confusion, logits, golden_logits_, request_.labels.size());
        auto& work = owner_.work_;
        work.macs_whole += owner_.network_.description().macs() * batch_.size;
        work.images += batch_.count;
        ++work.trials;
        if (++finished_ <= owner_.announced_) return;  // in vain before, when memory ran out
        owner_.announced_ = finished_;
        owner_.after_trial_();
    }

    Resumed& owner_;
    const Request& request_;
    const State& golden_;
    Batch batch_;
    InjectionStack injections_;
    Stack stack_;
    std::vector<std::int32_t> children_;  ///< still to be measured
    std::set<std::int32_t> checked_;
    std::map<std::int32_t, State> states_;  ///< of trials that have children
    std::map<std::int32_t, std::vector<float>> references_;
    std::vector<Tally> tallies_;
    std::vector<float> golden_logits_;
    std::int64_t finished_ = 0;
};

Resumed::Resumed(const network::Network& network, const Settings& settings, MemoryPlan plan,
                 std::function<void()> after_trial, Work& work)
    : network_(network),
      tiers_(settings.tiers),
      confusion_(settings.confusion),
      plan_(std::move(plan)),
      after_trial_(std::move(after_trial)),
      work_(work),
      ground_{network.program(), step_kinds(network.program()), {}, plan_.kept},
      macs_(step_macs(network.description())),
      whole_route_(network::whole_route(network.program(), ground_.kept)) {
    work_.layers.resize(network.description().layers.size());
}

State Resumed::golden_pass(const at::Tensor& images) {
    c10::NoGradGuard no_gradients;
    const auto& program = network_.program();
    State state = program.constants;
    state[place(program.input)] = images;
    if (probed_) {
        const Stopwatch watch(work_.seconds.golden);
        network::run(program, whole_route_, state);
        return state;
    }
    const Stopwatch watch(work_.seconds.probe);
    Prober prober(program, ground_.kinds, plan_.batch);
    for (const auto& leg : whole_route_.legs) {
        network::run_step(program, leg.step, state);
        prober.observe(leg.step, state);
        network::release(leg, state);
    }
    ground_.probe = prober.take();
    require_reference(images, state);
    probed_ = true;
    note_block_widths();
    return state;
}

void Resumed::note_block_widths() {
    for (std::size_t step = 0; step < network_.program().steps.size(); ++step) {
        const int layer = network_.program().steps[step].layer;
        if (layer < 0) continue;
        auto& width = work_.layers[place(layer)].block_width;
        width = std::max(width, ground_.probe.block_width[step]);
    }
}

/// The program and the file's own graph agree before any fault strikes.
void Resumed::require_reference(const at::Tensor& images, const State& golden) {
    const auto& logits = golden[place(network_.program().output)].toTensor();
    require_equal(on_host(network_.forward(images), plan_.batch), on_host(logits, plan_.batch),
                  Trial::golden);
}

const TrialRoute& Resumed::route_of(const std::vector<int>& struck) {
    if (struck.size() > 1) {
        if (!last_route_ || last_route_->struck != struck)
            last_route_ = trial_route(ground_, struck);
        return *last_route_;
    }
    const auto found = routes_.find(struck);
    if (found != routes_.end()) return found->second;
    return routes_.emplace(struck, trial_route(ground_, struck)).first->second;
}

/// Nothing when nothing is left to give up, or no memory to find out what.
std::optional<MemoryPlan> Resumed::smaller_plan() const {
    try {
        return evaluation::keep_fewer(network_, plan_);
    } catch (const std::exception& error) {
        if (!is_out_of_memory(error)) throw;
        return {};
    }
}

/// The work so far counts as time and as multiply-accumulates only.
void Resumed::keep_fewer(const Work& before) {
    auto fewer = smaller_plan();
    if (!fewer) {
        throw core::Error(core::Fault::integrity,
                          fmt::format("memory ran out at batch {} though nothing is kept any more; "
                                      "give a smaller --batch, or free memory on the device",
                                      plan_.batch));
    }
    plan_ = std::move(*fewer);
    ground_.kept = plan_.kept;
    whole_route_ = network::whole_route(network_.program(), ground_.kept);
    routes_.clear();
    last_route_.reset();
    auto again = before;
    again.macs_done = work_.macs_done;
    again.seconds = work_.seconds;
    work_ = std::move(again);
    if (probed_) note_block_widths();
}

std::vector<Tally> Resumed::measure(const Request& request) {
    announced_ = 0;
    for (const auto before = work_;;) {
        try {
            const auto golden = golden_pass(request.images);
            return Run(*this, request, golden).measure();
        } catch (const std::exception& error) {
            if (!is_out_of_memory(error)) throw;
        }
        keep_fewer(before);
    }
}

}  // namespace faultline::evaluation
