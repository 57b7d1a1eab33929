// A trial starts from its parent's activations and runs the steps its faults change. As long as
// only some channels differ, they are carried as a patch; where a step needs the whole value, the
// patch is laid over the parent's. At the cut, images whose activations are the parent's again
// leave: from there on they can't differ. What belongs to the trial alone is changed in place; what
// is shared is copied first.

#include "walk.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <faultline/core/place.h>

#include <algorithm>

#include "bits.h"
#include "inputs.h"
#include "rows.h"

namespace faultline::evaluation {
namespace {

using core::place;
using network::Leg;
using network::State;
using network::Step;
using network::ValueId;

/// Nobody else sees this memory.
bool is_exclusive(const at::Tensor& tensor) {
    return tensor.use_count() == 1 && tensor.storage().use_count() == 1;
}

at::Tensor writable(c10::IValue& value) {
    if (!is_exclusive(value.toTensor())) value = copy_of(value.toTensor());
    return value.toTensor();
}

}  // namespace

Walk::Walk(const Batch& batch, const TrialRoute& trial, std::vector<Strike> strikes, State& state,
           bool has_children, Work& work)
    : batch_(batch),
      trial_(trial),
      strikes_(std::move(strikes)),
      state_(state),
      has_children_(has_children),
      work_(work) {}

std::optional<Rows> Walk::run(bool may_leave) {
    c10::NoGradGuard no_gradients;
    const auto& legs = this->legs();
    for (std::size_t leg = 0; leg < legs.size(); ++leg) {
        const bool at_cut = batch_.tiers.drop && static_cast<int>(leg) == trial_.cut;
        const auto base = at_cut ? state_[place(trial_.cut_value)] : c10::IValue();
        run_leg(legs[leg]);
        if (!at_cut) continue;
        const auto images = survivors(base);
        const auto count = std::ssize(images);
        if (count == 0) {
            work_.images_dropped += batch_.count;
            break;
        }
        const auto* size = fitting(trial_, count, batch_.size);
        const bool leaves = may_leave && trial_.stackable && !trial_.sizes.empty() &&
                            trial_.sizes.back()->size == batch_.size &&
                            count <= batch_.size * 3 / 4;
        if (!leaves && size == nullptr) continue;
        work_.images_dropped += batch_.count - count;
        const Rows found{images, rows_of(images)};
        if (leaves) return found;
        finish_in(*size, found);
        break;
    }
    settle_all();
    for (const auto& leg : legs) network::release(leg, state_);
    return {};
}

void Walk::run_leg(const Leg& leg) {
    const auto& step = batch_.ground.program.steps[place(leg.step)];
    if (auto patch = patch_of(step, leg.step)) {
        count_macs(leg.step, static_cast<double>(patch->channels.count) /
                                 static_cast<double>(patch->channel_count));
        if (trial_.strikes(leg.step)) count_layer(leg.step, true);
        patches_[step.outputs[0]] = std::move(*patch);
    } else {
        if (!reads_shape_only(step))
            for (const ValueId value : step.inputs) settle(value);
        network::run_step(batch_.ground.program, leg.step, state_);
        count_macs(leg.step, 1);
        if (trial_.strikes(leg.step)) count_layer(leg.step, false);
    }
    network::release(leg, state_);
    for (const ValueId value : leg.release) patches_.erase(value);
}

bool Walk::has_changed_input(const Step& step, bool patched) const {
    return std::any_of(step.inputs.begin(), step.inputs.end(), [&](ValueId value) {
        return trial_.changed[place(value)] && patches_.contains(value) == patched;
    });
}

std::optional<Walk::Patch> Walk::patch_of(const Step& step, int index) {
    if (!batch_.tiers.block || !trial_.patchable || batch_.ground.block_width(index) == 0)
        return {};
    if (has_changed_input(step, false)) return {};
    if (trial_.strikes(index)) return start_patch(step, index);
    if (!has_changed_input(step, true)) return {};
    switch (batch_.ground.kinds[place(index)]) {
        case StepKind::channelwise:
            return pass_patch(step);
        case StepKind::join:
            return join_patch(step);
        case StepKind::weighted:  // reads all channels
        case StepKind::shape:
        case StepKind::other:
            break;
    }
    return {};
}

std::optional<Walk::Patch> Walk::start_patch(const Step& step, int index) {
    if (has_changed_input(step, true)) return {};
    const auto strike = std::find_if(strikes_.begin(), strikes_.end(),
                                     [&](const Strike& other) { return other.step == index; });
    if (strike == strikes_.end() || !strike->channels) return {};
    const auto inputs = inputs_of(step, state_);
    const auto channels = *strike->channels;
    if (batch_.ground.kinds[place(index)] == StepKind::weighted) {
        return Patch{run_block(step, inputs, channels), channels, inputs[1].toTensor().size(0)};
    }
    const auto channel_count = inputs[0].toTensor().size(1);
    return Patch{run_channels(step, inputs, channels, channel_count), channels, channel_count};
}

std::optional<Walk::Patch> Walk::pass_patch(const Step& step) {
    auto inputs = inputs_of(step, state_);
    const Patch* model = nullptr;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const auto found = patches_.find(step.inputs[i]);
        if (found == patches_.end()) continue;
        if (model != nullptr && model->channels != found->second.channels) return {};
        model = &found->second;
        inputs[i] = model->rows;
    }
    return Patch{run_channels(step, std::move(inputs), model->channels, model->channel_count),
                 model->channels, model->channel_count};
}

std::optional<Walk::Patch> Walk::join_patch(const Step& step) {
    std::optional<Patch> joined;
    std::int64_t offset = 0;
    for (std::size_t i = 0; i + 1 < step.inputs.size(); ++i) {
        const auto found = patches_.find(step.inputs[i]);
        if (found == patches_.end()) {
            offset += state_[place(step.inputs[i])].toTensor().size(1);
            continue;
        }
        if (joined) return {};
        joined = found->second;
        joined->channels.first += offset;
        offset += found->second.channel_count;
    }
    joined->channel_count = offset;
    return joined;
}

void Walk::settle(ValueId value) {
    const auto found = patches_.find(value);
    if (found == patches_.end()) return;
    const auto& [first, count] = found->second.channels;
    writable(state_[place(value)]).narrow(1, first, count).copy_(found->second.rows);
    patches_.erase(found);
}

void Walk::settle_all() {
    const auto output = batch_.ground.program.output;
    std::vector<ValueId> values;
    for (const auto& [value, patch] : patches_)
        if (value == output || (has_children_ && batch_.ground.kept[place(value)]))
            values.push_back(value);
    for (const ValueId value : values) settle(value);
}

std::vector<std::int64_t> Walk::survivors(const c10::IValue& base) const {
    const auto patch = patches_.find(trial_.cut_value);
    const auto mask =
        patch == patches_.end()
            ? differing_rows(state_[place(trial_.cut_value)].toTensor(), base.toTensor())
            : differing_rows(patch->second.rows,
                             base.toTensor().narrow(1, patch->second.channels.first,
                                                    patch->second.channels.count));
    const auto host = mask.to(at::kCPU).contiguous();
    const auto* differs = host.data_ptr<bool>();
    std::vector<std::int64_t> images;
    for (std::int64_t image = 0; image < batch_.count; ++image)
        if (differs[image]) images.push_back(image);
    return images;
}

at::Tensor Walk::rows_of(const std::vector<std::int64_t>& images) const {
    const auto& whole = state_[place(trial_.cut_value)].toTensor();
    const auto index = image_index(images, std::ssize(images), whole.device());
    auto rows = whole.index_select(0, index);
    const auto patch = patches_.find(trial_.cut_value);
    if (patch != patches_.end()) {
        const auto& [first, count] = patch->second.channels;
        rows.narrow(1, first, count).copy_(patch->second.rows.index_select(0, index));
    }
    return rows;
}

void Walk::finish_in(const SubBatch& size, const Rows& survivors) {
    const auto& ground = batch_.ground;
    const auto count = std::ssize(survivors.images);
    const auto own = image_index(survivors.images, count, survivors.values.device());
    run_tail(batch_, trial_, legs(), size, state_, survivors, work_,
             [&](ValueId value, const c10::IValue& found) {
                 const bool wanted =
                     value == ground.program.output || (has_children_ && ground.kept[place(value)]);
                 if (!wanted || !trial_.changed[place(value)]) return;
                 if (ground.value_kind(value) != ValueKind::row) return;
                 writable(state_[place(value)])
                     .index_copy_(0, own, found.toTensor().narrow(0, 0, count));
             });
}

void Walk::count_macs(int step, double share) {
    const auto macs = batch_.macs[place(step)] * batch_.size;
    work_.macs_done += static_cast<std::int64_t>(share * static_cast<double>(macs));
}

void Walk::count_layer(int step, bool block) {
    const int layer = batch_.ground.program.steps[place(step)].layer;
    if (layer < 0 || work_.layers.empty()) return;
    ++(block ? work_.layers[place(layer)].block : work_.layers[place(layer)].full);
}

}  // namespace faultline::evaluation
