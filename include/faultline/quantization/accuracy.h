#pragma once

#include <faultline/evaluation/tally.h>
#include <faultline/network/network.h>
#include <faultline/quantization/calibrate.h>

#include <vector>

namespace faultline::quantization {

/// A network's scores for a set: [image][class], row-major, and the labels.
struct Scores {
    std::vector<float> logits;
    std::vector<std::int32_t> labels;
};

/// By the reference, in full batches (the last image fills the last one), as every evaluation does.
Scores scores(const network::Network& network, const ImageSet& set);

/// What `network` gets right, image by image beside the float network's scores.
evaluation::Tally accuracy(const network::Network& network, const ImageSet& set,
                           const Scores& float_scores);

/// The float network's own.
evaluation::Tally accuracy(const Scores& scores);

}  // namespace faultline::quantization
