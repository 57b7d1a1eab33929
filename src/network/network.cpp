#include <faultline/core/error.h>
#include <faultline/core/hash.h>
#include <faultline/network/network.h>
#include <fmt/format.h>

#include "parts.h"

namespace faultline::network {

Network::Network(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Network::~Network() = default;
Network::Network(Network&&) noexcept = default;
Network& Network::operator=(Network&&) noexcept = default;

const Description& Network::description() const { return parts_->description; }
at::Device Network::device() const { return parts_->device; }
const Program& Network::program() const { return parts_->program; }

at::Tensor Network::weight(int tensor) const {
    return parts_->weights.at(static_cast<std::size_t>(tensor));
}

at::Tensor run_reference(const Interpreter& reference, const torch::jit::Module& module,
                         const at::Tensor& images) {
    c10::NoGradGuard no_gradients;
    return first_tensor(reference.run({module._ivalue(), images}).at(0));
}

at::Tensor Network::forward(const at::Tensor& images) const {
    return run_reference(*parts_->reference, parts_->module,
                         parts_->copy_images ? images.clone() : images);
}

std::string Network::weights_sha256() const {
    core::Sha256 hash;
    const auto add = [&](const std::string& name, const at::Tensor& tensor) {
        const auto bytes = tensor.detach().to(at::kCPU).contiguous();
        hash.update(fmt::format("{}:{}\n", name, bytes.nbytes()));
        hash.update({static_cast<const std::byte*>(bytes.data_ptr()), bytes.nbytes()});
    };
    for (const auto& parameter : parts_->module.named_parameters())
        add(parameter.name, parameter.value);
    for (const auto& buffer : parts_->module.named_buffers()) add(buffer.name, buffer.value);
    return hash.hex();
}

std::uint64_t Network::weights_checksum() const {
    std::uint64_t sum = 0;
    const auto add = [&sum](const at::Tensor& tensor) {
        if (tensor.scalar_type() != at::kFloat) return;
        const auto words = tensor.detach().contiguous().view(at::kInt);
        // By an odd number, so that equal tensors that change places are noticed.
        sum = sum * 0x9E3779B97F4A7C15U +
              static_cast<std::uint64_t>(words.sum(at::kLong).item<std::int64_t>());
    };
    for (const auto& parameter : parts_->module.named_parameters()) add(parameter.value);
    for (const auto& buffer : parts_->module.named_buffers()) add(buffer.value);
    return sum;
}

core::Section options(Settings& settings) {
    return {
        "network",
        {core::option("model", settings.model,
                      "TorchScript file of a trained classifier (float32, not frozen)", "FILE"),
         core::option("quantized", settings.quantized,
                      "the same network stored in other formats, to measure beside it "
                      "(faultline quantize makes such files)",
                      "FILE,..."),
         core::option("device", settings.device, "auto, cpu, cuda or cuda:N", "DEVICE"),
         core::option("groups", settings.groups,
                      "JSON file {\"layer pattern\": \"group\"} that renames and regroups layers",
                      "FILE"),
         core::option("model_sha256", settings.model_sha256,
                      "accept only a model file with this SHA-256", "HEX"),
         core::option("buffers", settings.buffers,
                      "count running means and variances among the weight tensors")}};
}

}  // namespace faultline::network
