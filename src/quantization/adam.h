#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace faultline::quantization {

/// What Adam remembers between steps; one tensor of each for each parameter.
struct Moments {
    std::int64_t steps = 0;
    std::vector<at::Tensor> first, second;
};

/// LibTorch's Adam with its usual decay rates (0.9, 0.999) and epsilon (1e-8).
class Adam {
 public:
    /// The parameters are changed in place and must want gradients.
    Adam(std::vector<at::Tensor> parameters, double learning_rate, double weight_decay);
    ~Adam();
    Adam(const Adam&) = delete;
    Adam& operator=(const Adam&) = delete;

    /// From the gradients that the loss (a scalar) has with respect to the parameters.
    void step(const at::Tensor& loss);

    /// Shared, not copied; empty before the first step.
    Moments moments() const;
    void set(const Moments& moments);

 private:
    struct Optimizer;
    std::unique_ptr<Optimizer> optimizer_;
};

}  // namespace faultline::quantization
