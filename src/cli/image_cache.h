#pragma once

#include <faultline/dataset/cache.h>

#include "progress.h"

namespace faultline::cli {

/// dataset::use_cache with progress on stderr and the rest in the log. A signal ends it with
/// Interrupted.
void use_image_cache(dataset::Dataset& images, const dataset::CacheSettings& settings, int threads,
                     ProgressStyle style);

}  // namespace faultline::cli
