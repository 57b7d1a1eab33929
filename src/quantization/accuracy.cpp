#include <ATen/ATen.h>
#include <faultline/evaluation/normalise.h>
#include <faultline/quantization/accuracy.h>

namespace faultline::quantization {

Scores scores(const network::Network& network, const ImageSet& set) {
    Scores all;
    for_each_batch(set, network.device(), [&](const at::Tensor& images, auto labels) {
        const auto batch = evaluation::padded(images, set.batch);
        const auto logits =
            network.forward(batch).narrow(0, 0, images.size(0)).to(at::kCPU).contiguous();
        const auto* first = logits.data_ptr<float>();
        all.logits.insert(all.logits.end(), first, first + logits.numel());
        all.labels.insert(all.labels.end(), labels.begin(), labels.end());
    });
    return all;
}

evaluation::Tally accuracy(const network::Network& network, const ImageSet& set,
                           const Scores& float_scores) {
    const auto found = scores(network, set);
    return evaluation::compare(found.logits, float_scores.logits, found.labels);
}

evaluation::Tally accuracy(const Scores& scores) {
    return evaluation::compare(scores.logits, scores.logits, scores.labels);
}

}  // namespace faultline::quantization
