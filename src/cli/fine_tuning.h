#pragma once

#include <faultline/core/json.h>
#include <faultline/evaluation/tally.h>
#include <faultline/quantization/fine_tune.h>

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "other_images.h"
#include "progress.h"
#include "session.h"

namespace faultline::cli {

/// What `faultline quantize` takes for fine-tuning.
struct FineTuningOptions {
    quantization::TuningSettings settings;
    OtherImages train;

    bool wanted() const { return settings.epochs > 0; }
};

std::vector<core::Option> own_options(FineTuningOptions& options);

/// Throws Error(usage) for epochs without images, and for images without epochs.
void require_complete(const FineTuningOptions& options);

/// Where fine-tuning is kept between two epochs: beside the file that it will end in.
std::filesystem::path checkpoint_path(const std::string& output);

/// What it came to.
struct FineTuning {
    quantization::TuningSettings settings;
    core::Json images;  ///< describe_images
    std::int64_t training_images = 0, held_out_images = 0;
    quantization::Tuned tuned;
    std::optional<evaluation::Tally> untuned;  ///< rounded before any tuning
    std::optional<evaluation::Tally> gain;     ///< tuned, beside the untuned network's scores
};

/// The images to train on, prepared as the session's. Throws Error(usage) when one of `measured` is
/// among them, Error(input) for labels that the network has no class for.
dataset::Dataset open_training_images(const FineTuningOptions& options, const Settings& settings,
                                      const Session& session, const dataset::Dataset* measured,
                                      ProgressStyle style);

/// Tunes the network's weights in place, with progress on stderr. Throws as
/// quantization::fine_tune.
FineTuning fine_tune(network::Network& network, std::span<const network::LayerFormats> formats,
                     const FineTuningOptions& options, const dataset::Dataset& images,
                     const Session& session, ProgressStyle style, const std::string& output);

}  // namespace faultline::cli
