#pragma once

#include <ATen/ATen.h>
#include <faultline/network/network.h>
#include <faultline/network/rewrite.h>

#include <optional>
#include <span>

namespace faultline::quantization {

/// The logits [image][class] of with_formats(network, formats) for `images`, computed step by step
/// on the float network so that gradients reach its weights: those of `weights` (one for each
/// tensor of the description) that want any. With a generator, weights and biases are rounded
/// stochastically.
at::Tensor rounded_pass(const network::Network& network, std::span<const at::Tensor> weights,
                        std::span<const network::LayerFormats> formats, const at::Tensor& images,
                        const std::optional<at::Generator>& generator = {});

}  // namespace faultline::quantization
