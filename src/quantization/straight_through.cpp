#include "straight_through.h"

#include <torch/csrc/autograd/custom_function.h>

namespace faultline::quantization {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor whole_number(const at::Tensor& scaled, const std::optional<at::Generator>& generator) {
    if (!generator) return scaled.round();
    return scaled.add(at::rand(scaled.sizes(), generator, scaled.options())).floor();
}

struct StraightThrough : torch::autograd::Function<StraightThrough> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& values,
                              const number::FixedPoint& format,
                              const std::optional<at::Generator>& generator) {
        const double step = format.step();
        const double lowest = format.lowest() / step, highest = format.highest() / step;
        const auto whole = whole_number(values.mul(1 / step), generator);
        context->save_for_backward({whole.ge(lowest).logical_and_(whole.le(highest))});
        return whole.clamp(lowest, highest).mul(step);
    }

    static variable_list backward(AutogradContext* context, const variable_list& gradients) {
        return {gradients[0].mul(context->get_saved_variables()[0]), {}, {}};
    }
};

}  // namespace

at::Tensor straight_through(const at::Tensor& values, const number::FixedPoint& format,
                            std::optional<at::Generator> generator) {
    return StraightThrough::apply(values, format, generator);
}

}  // namespace faultline::quantization
