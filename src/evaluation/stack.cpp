#include "stack.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <faultline/core/place.h>

#include <algorithm>
#include <cassert>

namespace faultline::evaluation {

using core::place;

Stack::Stack(const Batch& batch, const network::State& golden, Work& work)
    : batch_(batch), golden_(golden), work_(work) {}

void Stack::add(std::int32_t trial, const TrialRoute& route, Rows survivors) {
    assert(trials_.empty() || route_ == &route);
    route_ = &route;
    const auto count = std::ssize(survivors.images);
    const auto output = place(batch_.ground.program.output);
    open_[trial] = {golden_[output].toTensor().clone(), count};
    trials_.insert(trials_.end(), survivors.images.size(), trial);
    rows_.images.insert(rows_.images.end(), survivors.images.begin(), survivors.images.end());
    rows_.values = rows_.values.defined() ? at::cat({rows_.values, survivors.values})
                                          : std::move(survivors.values);
    work_.images_stacked += count;
}

std::vector<Stack::Finished> Stack::run(bool all) {
    c10::NoGradGuard no_gradients;
    while (std::ssize(trials_) >= batch_.size) run_rows(batch_.size);
    if (all && !trials_.empty()) run_rows(std::ssize(trials_));
    std::vector<Finished> finished;
    for (auto trial = open_.begin(); trial != open_.end();) {
        if (trial->second.missing > 0) {
            ++trial;
            continue;
        }
        finished.push_back({trial->first, trial->second.logits});
        trial = open_.erase(trial);
    }
    return finished;
}

/// The first `count` rows; they wait no longer.
Rows Stack::take_rows(std::int64_t count) {
    const auto end = rows_.images.begin() + count;
    Rows taken{{rows_.images.begin(), end}, rows_.values.narrow(0, 0, count)};
    rows_.images.erase(rows_.images.begin(), end);
    const auto left = std::ssize(rows_.images);
    rows_.values = left == 0 ? at::Tensor() : rows_.values.narrow(0, count, left).clone();
    return taken;
}

void Stack::run_rows(std::int64_t count) {
    const auto fits = [&](const SubBatch* size) { return size->size >= count; };
    const auto& size = **std::ranges::find_if(route_->sizes, fits);
    const auto rows = take_rows(count);
    at::Tensor logits;
    run_tail(batch_, *route_, route_->lone.legs, size, golden_, rows, work_,
             [&](network::ValueId value, const c10::IValue& found) {
                 if (value == batch_.ground.program.output) logits = found.toTensor();
             });
    for (std::int64_t row = 0; row < count; ++row) {
        auto& open = open_.at(trials_[place(row)]);
        open.logits.select(0, rows.images[place(row)]).copy_(logits.select(0, row));
        --open.missing;
    }
    trials_.erase(trials_.begin(), trials_.begin() + count);
}

}  // namespace faultline::evaluation
