#pragma once

#include <ATen/core/Tensor.h>

#include <faultline/core/json.h>
#include <string>

/// Where the network computes, and proof that it computes in true float32, the same way each time.
namespace faultline::network {

/// "cpu", "cuda", "cuda:N", or "auto" (the first CUDA device if a driver and a CUDA LibTorch are
/// there, else the CPU). Loads LibTorch's CUDA half when a CUDA device is meant. Throws
/// Error(usage) when CUDA is asked for and absent, saying what is missing.
at::Device choose_device(const std::string& name);

/// Sets every switch that could change bits between runs or lower precision below float32: TF32 and
/// reduced-precision accumulation off, deterministic algorithms on, cuDNN's benchmark off; returns
/// the switches as read back:
/// {"deterministic_algorithms": true, "tf32_matmul": false, ...}. Throws Error(integrity) when one
/// didn't take.
core::Json fix_numerics(int threads);

/// A convolution and a matrix product on the device against float64 on the CPU.
struct Float32Probe {
    double error =
        0;  ///< largest |difference| / largest |value|; float32 gives below 1e-6, TF32 about 3e-4
    bool pass = false;
};

Float32Probe probe_float32(at::Device device);

/// libtorch, cuda, cudnn, device, cpu_isa, threads: what must be equal for results to be equal to
/// the bit.
core::Json environment(at::Device device);

}  // namespace faultline::network
