#include "stack.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cassert>

namespace faultline::evaluation {

Stack::Stack(const Batch& batch, const network::State& golden, Work& work)
    : batch_(batch), golden_(golden), work_(work) {}

void Stack::add(std::int32_t trial, const TrialRoute& route, Survivors survivors) {
    assert(rows_.empty() || route_ == &route);
    route_ = &route;
    const auto output = static_cast<std::size_t>(batch_.ground.program.output);
    open_[trial] = {golden_[output].toTensor().clone(), std::ssize(survivors.images)};
    for (const auto image : survivors.images) rows_.push_back({trial, image});
    values_ = values_.defined() ? at::cat({values_, survivors.rows}) : survivors.rows;
    work_.images_stacked += std::ssize(survivors.images);
}

std::vector<Stack::Finished> Stack::run(bool all) {
    c10::NoGradGuard no_gradients;
    while (std::ssize(rows_) >= batch_.size) run_rows(batch_.size);
    if (all && !rows_.empty()) run_rows(std::ssize(rows_));
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

void Stack::run_rows(std::int64_t count) {
    const auto& program = batch_.ground.program;
    const auto fits = [&](const SubBatch* size) { return size->size >= count; };
    const auto& size = **std::find_if(route_->sizes.begin(), route_->sizes.end(), fits);
    const auto device = values_.device();
    std::vector<std::int64_t> images, order;
    for (std::int64_t row = 0; row < count; ++row) {
        images.push_back(rows_[static_cast<std::size_t>(row)].image);
        order.push_back(row);
    }
    const auto index = image_index(images, size.size, device);
    const auto rows = values_.index_select(0, image_index(order, size.size, device));
    auto state = tail_inputs(batch_, *route_, size, golden_, rows, index);
    const auto& legs = route_->lone.legs;
    for (auto leg = legs.begin() + route_->cut + 1; leg != legs.end(); ++leg) {
        network::run_step(program, leg->step, state);
        network::release(*leg, state);
        work_.macs_done += batch_.macs[static_cast<std::size_t>(leg->step)] * size.size;
    }
    const auto logits = state[static_cast<std::size_t>(program.output)].toTensor();
    for (std::int64_t row = 0; row < count; ++row) {
        const auto& [trial, image] = rows_[static_cast<std::size_t>(row)];
        auto& open = open_.at(trial);
        open.logits.select(0, image).copy_(logits.select(0, row));
        --open.missing;
    }
    rows_.erase(rows_.begin(), rows_.begin() + count);
    values_ = rows_.empty() ? at::Tensor() : values_.narrow(0, count, std::ssize(rows_)).clone();
}

}  // namespace faultline::evaluation
