#pragma once

#include <ATen/ATen.h>
#include <faultline/number/fixed_point.h>

#include <optional>

namespace faultline::quantization {

/// Forward: rounded() of the values, or with a generator a random one of the two neighbours on the
/// grid. Backward: gradients pass unchanged; zero where a value is NaN or was beyond the format's
/// ends.
at::Tensor straight_through(const at::Tensor& values, const number::FixedPoint& format,
                            std::optional<at::Generator> generator = {});

}  // namespace faultline::quantization
