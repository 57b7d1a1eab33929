#pragma once

#include <faultline/network/network.h>

#include <functional>

namespace faultline::quantization {

/// A pass over `images`, step by step. `see` is called after each step, while what it read and made
/// is there.
void observe(const network::Network& network, const at::Tensor& images,
             const std::function<void(int step, const network::State& state)>& see);

}  // namespace faultline::quantization
