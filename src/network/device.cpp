#include <dlfcn.h>
#include <faultline/core/error.h>
#include <faultline/network/device.h>
#include <fmt/format.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include <array>
#include <cstdlib>
#include <filesystem>

namespace faultline::network {
namespace {

/// True when LibTorch's CUDA half is there and was loaded. LibTorch is linked without it: start-up
/// is faster, and a CPU-only LibTorch does too.
bool load_cuda() {
    // cuBLAS gives the same bits each time only with a workspace of fixed size.
    setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", 0);
    static const bool loaded = dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) != nullptr;
    return loaded;
}

bool has_driver() {
    return std::filesystem::exists("/dev/nvidiactl") ||
           std::getenv("CUDA_VISIBLE_DEVICES") != nullptr;
}

at::Device cuda_device(const std::string& name) {
    const auto refuse = [&](const std::string& reason) {
        return core::Error(core::Fault::usage,
                           fmt::format("--device {}: {}; use --device cpu, or auto", name, reason));
    };
    if (!load_cuda()) {
        const char* reason = dlerror();
        throw refuse(fmt::format("this LibTorch has no CUDA half that loads ({})",
                                 reason ? reason : "libtorch_cuda.so"));
    }
    if (!torch::cuda::is_available())
        throw refuse("LibTorch sees no CUDA device (is there a driver?)");
    try {
        const at::Device device(name);
        const auto count = static_cast<int>(torch::cuda::device_count());
        if (device.index() < count)
            return {at::kCUDA, std::max<at::DeviceIndex>(device.index(), 0)};
        throw refuse(fmt::format("there are only {} CUDA devices", count));
    } catch (const c10::Error&) {
        throw refuse("not a device name");
    }
}

/// From the driver's own library, which LibTorch has loaded: no CUDA headers needed.
std::string cuda_device_name(int index) {
    void* driver = dlopen("libcuda.so.1", RTLD_NOW);
    if (driver == nullptr) return "unknown";
    using Name = int (*)(char*, int, int);
    const auto read_name = reinterpret_cast<Name>(dlsym(driver, "cuDeviceGetName"));
    std::array<char, 256> name{};
    if (read_name == nullptr || read_name(name.data(), static_cast<int>(name.size()), index) != 0)
        return "unknown";
    return name.data();
}

core::Json read_switches() {
    const auto& context = at::globalContext();
    return {{"deterministic_algorithms", context.deterministicAlgorithms()},
            {"cudnn_deterministic", context.deterministicCuDNN()},
            {"cudnn_benchmark", context.benchmarkCuDNN()},
            {"tf32_convolution", context.allowTF32CuDNN()},
            {"tf32_matmul", context.allowTF32CuBLAS()}};
}

double relative_error(const at::Tensor& measured, const at::Tensor& exact) {
    const auto difference =
        (measured.to(at::kCPU).to(at::kDouble) - exact).abs().max().item<double>();
    return difference / exact.abs().max().item<double>();
}

/// Values in [-1, 1) that depend on no generator's state.
at::Tensor probe_values(at::IntArrayRef shape, std::int64_t step) {
    const auto count = c10::multiply_integers(shape);
    const auto numbers = at::arange(count, at::kLong).mul(step).remainder(65'521);
    return numbers.to(at::kDouble).div(32'760.5).sub(1).to(at::kFloat).reshape(shape);
}

std::string cudnn_version() {
    const auto version = at::detail::getCUDAHooks().versionCuDNN();
    return fmt::format("{}.{}.{}", version / 10'000, version / 100 % 100, version % 100);
}

std::string cuda_version() {
    const auto version = at::detail::getCUDAHooks().versionCUDART();
    return fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

}  // namespace

at::Device choose_device(const std::string& name) {
    if (name == "cpu") return at::kCPU;
    if (name == "auto") {
        const bool cuda = has_driver() && load_cuda() && torch::cuda::is_available();
        return cuda ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
    }
    if (name.starts_with("cuda")) return cuda_device(name);
    throw core::Error(core::Fault::usage,
                      fmt::format("--device {}: not one of auto, cpu, cuda, cuda:N", name));
}

core::Json fix_numerics(int threads) {
    if (threads > 0) at::set_num_threads(threads);
    auto& context = at::globalContext();
    context.setDeterministicAlgorithms(true, false);
    context.setDeterministicFillUninitializedMemory(false);  // nobody reads it; filling costs time
    context.setDeterministicCuDNN(true);
    context.setBenchmarkCuDNN(false);
    context.setAllowTF32CuDNN(false);
    context.setFloat32MatmulPrecision("highest");

    const core::Json wanted = {{"deterministic_algorithms", true},
                               {"cudnn_deterministic", true},
                               {"cudnn_benchmark", false},
                               {"tf32_convolution", false},
                               {"tf32_matmul", false}};
    auto effective = read_switches();
    if (effective != wanted) {
        throw core::Error(core::Fault::integrity,
                          fmt::format("LibTorch's switches read back as {}, but were set to {}",
                                      effective.dump(), wanted.dump()));
    }
    return effective;
}

Float32Probe probe_float32(at::Device device) {
    c10::NoGradGuard no_gradients;
    constexpr double limit = 1e-5;
    const auto images = probe_values({4, 64, 14, 14}, 7919);
    const auto kernels = probe_values({64, 64, 3, 3}, 104'729);
    const auto exact = at::conv2d(images.to(at::kDouble), kernels.to(at::kDouble));
    const auto measured = at::conv2d(images.to(device), kernels.to(device));
    const auto left = probe_values({64, 576}, 7919);
    const auto right = probe_values({576, 64}, 104'729);
    const auto product = at::matmul(left.to(at::kDouble), right.to(at::kDouble));
    const auto measured_product = at::matmul(left.to(device), right.to(device));
    const double error =
        std::max(relative_error(measured, exact), relative_error(measured_product, product));
    return {error, error < limit};
}

core::Json environment(at::Device device) {
    core::Json found = {
        {"libtorch", TORCH_VERSION}, {"cuda", nullptr}, {"cudnn", nullptr}, {"device", "cpu"}};
    if (device.is_cuda()) {
        found["cuda"] = cuda_version();
        found["cudnn"] = cudnn_version();
        found["device"] = cuda_device_name(device.index());
    }
    found["cpu_isa"] = at::get_cpu_capability();
    found["threads"] = at::get_num_threads();
    return found;
}

}  // namespace faultline::network
