#pragma once

#include <faultline/core/json.h>
#include <faultline/quantization/search.h>

#include <optional>
#include <string>
#include <vector>

#include "fine_tuning.h"

namespace faultline::cli {

/// What `faultline quantize` found out and did.
struct Quantization {
    quantization::Settings settings;
    std::string model_sha256;         ///< of the float network's file
    std::vector<std::string> folded;  ///< batch-norms
    std::vector<std::string> left;    ///< layers that stay in float32
    core::Json calibration;           ///< describe_images
    std::optional<quantization::WidthSearch> search;
    std::vector<quantization::LayerChoice>
        choices;  ///< one for each layer; fits before fine-tuning
    std::optional<evaluation::Tally> before, after;
    std::vector<evaluation::Tally> sensitivity;  ///< one for each layer, or none
    std::optional<FineTuning> tuning;
};

/// {"settings", "model_sha256", "folded_batch_norms", "float32_layers", "calibration",
/// "width_search", "layers", "fine_tuning", "accuracy"}. What wasn't measured is null.
core::Json quantization_json(const Quantization& done, const network::Description& network);

/// A line a layer, then accuracy before and after with intervals.
std::string quantization_text(const Quantization& done, const network::Description& network);

}  // namespace faultline::cli
