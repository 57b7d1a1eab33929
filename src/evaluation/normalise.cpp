#include <faultline/evaluation/normalise.h>

#include <ATen/ATen.h>

namespace faultline::evaluation {
namespace {

at::Tensor per_channel(const std::vector<double>& values, at::Device device) {
    return at::tensor(values, at::kDouble).to(at::kFloat).reshape({1, -1, 1, 1}).to(device);
}

}  // namespace

at::Tensor normalise(const dataset::Block& block, const dataset::Preprocessing& preprocessing,
                     at::Device device) {
    auto* pixels =
        const_cast<std::uint8_t*>(block.pixels.data());  // from_blob takes no const; nobody writes
    const auto bytes =
        at::from_blob(pixels, {block.count, 3, block.height, block.width}, at::kByte);
    auto values = bytes.to(device).to(at::kFloat);
    // A scalar divisor would become a multiplication by its inverse on CUDA: other bits.
    values.div_(
        per_channel({preprocessing.scale, preprocessing.scale, preprocessing.scale}, device));
    values.sub_(per_channel(preprocessing.mean, device));
    return values.div_(per_channel(preprocessing.deviation, device));
}

}  // namespace faultline::evaluation
