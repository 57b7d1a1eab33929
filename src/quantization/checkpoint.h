#pragma once

#include <faultline/core/json.h>
#include <faultline/quantization/fine_tune.h>

#include <filesystem>
#include <optional>
#include <vector>

#include "adam.h"

namespace faultline::quantization {

/// Fine-tuning between two epochs.
struct Checkpoint {
    core::Json task;  ///< what must be the same to go on
    Tuned tuned;
    std::vector<at::Tensor> weights;  ///< shadow weights; one for each parameter
    std::vector<at::Tensor> best;     ///< those of the best epoch
    Moments moments;
};

/// Replaces the file whole. Throws Error(input) naming it and the system's reason.
void save(const Checkpoint& checkpoint, const std::filesystem::path& file);

/// Nothing where there is no file. Throws Error(input) for a damaged one, Error(usage) for one of
/// another task, naming the first value that differs.
std::optional<Checkpoint> load(const core::Json& task, const std::filesystem::path& file);

}  // namespace faultline::quantization
