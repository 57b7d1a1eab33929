#include "adam.h"

#include <torch/optim/adam.h>

namespace faultline::quantization {

struct Adam::Optimizer {
    std::vector<at::Tensor> parameters;
    torch::optim::Adam adam;
};

Adam::Adam(std::vector<at::Tensor> parameters, double learning_rate, double weight_decay)
    : optimizer_(std::make_unique<Optimizer>(Optimizer{
          parameters,
          torch::optim::Adam(
              parameters, torch::optim::AdamOptions(learning_rate).weight_decay(weight_decay))})) {}

Adam::~Adam() = default;

void Adam::step(const at::Tensor& loss) {
    optimizer_->adam.zero_grad();
    loss.backward();
    optimizer_->adam.step();
}

Moments Adam::moments() const {
    Moments found;
    const auto& states = optimizer_->adam.state();
    for (const auto& parameter : optimizer_->parameters) {
        const auto state = states.find(parameter.unsafeGetTensorImpl());
        if (state == states.end()) return {};
        const auto& own = static_cast<const torch::optim::AdamParamState&>(*state->second);
        found.steps = own.step();
        found.first.push_back(own.exp_avg());
        found.second.push_back(own.exp_avg_sq());
    }
    return found;
}

void Adam::set(const Moments& moments) {
    for (std::size_t i = 0; i < moments.first.size(); ++i) {
        const auto& parameter = optimizer_->parameters.at(i);
        auto state = std::make_unique<torch::optim::AdamParamState>();
        state->step(moments.steps);
        state->exp_avg(moments.first[i].to(parameter.device()));
        state->exp_avg_sq(moments.second.at(i).to(parameter.device()));
        optimizer_->adam.state()[parameter.unsafeGetTensorImpl()] = std::move(state);
    }
}

}  // namespace faultline::quantization
