#include <ATen/ATen.h>
#include <faultline/evaluation/normalise.h>
#include <faultline/quantization/image_set.h>

namespace faultline::quantization {

void for_each_batch(
    const ImageSet& set, at::Device device,
    const std::function<void(const at::Tensor&, std::span<const std::int32_t>)>& visit) {
    dataset::Stream stream(set.images, set.batch, set.threads);
    while (const auto block = stream.next()) {
        visit(evaluation::normalise(*block, set.images.settings().preprocessing, device),
              block->labels);
        set.after_batch();
    }
}

}  // namespace faultline::quantization
