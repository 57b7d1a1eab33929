#include "bits.h"

#include <ATen/ATen.h>

namespace faultline::evaluation {
namespace {

/// The tensor's elements as integers of the same size.
at::Tensor words(const at::Tensor& tensor) {
    const auto whole = tensor.contiguous();
    if (whole.is_complex()) return words(at::view_as_real(whole));
    if (!whole.is_floating_point()) return whole;
    switch (whole.element_size()) {
        case 1:
            return whole.view(at::kByte);
        case 2:
            return whole.view(at::kShort);
        case 4:
            return whole.view(at::kInt);
        default:
            return whole.view(at::kLong);
    }
}

}  // namespace

bool same_bits(const at::Tensor& left, const at::Tensor& right) {
    return left.sizes() == right.sizes() && left.scalar_type() == right.scalar_type() &&
           at::equal(words(left), words(right));
}

at::Tensor differing_rows(const at::Tensor& left, const at::Tensor& right) {
    return words(left).ne(words(right)).reshape({left.size(0), -1}).any(1);
}

}  // namespace faultline::evaluation
