#pragma once

#include <ATen/core/Tensor.h>
#include <faultline/network/network.h>

#include <vector>

/// Seconds of passes without faults; each function makes one pass and waits for the device.
namespace faultline::benchmarks {

/// The reference.
double forward_seconds(const network::Network& network, const at::Tensor& images);

/// The program of steps, values forgotten after their last use.
double walk_seconds(const network::Network& network, const at::Tensor& images);

/// The same, each step by itself; and each step that can be had narrow (a convolution or linear
/// layer of one group with more than 16 outputs) again with its first 16 outputs only. The others'
/// narrow seconds are 0.
struct StepSeconds {
    std::vector<double> full;
    std::vector<double> narrow;
};
StepSeconds step_seconds(const network::Network& network, const at::Tensor& images);

}  // namespace faultline::benchmarks
