#pragma once

#include <faultline/core/json.h>
#include <faultline/dataset/dataset.h>
#include <faultline/network/network.h>

#include <string>

#include "settings.h"

namespace faultline::cli {

/// A network and the images it is measured on, checked against each other, on a device proven to
/// compute in float32.
struct Session {
    network::Network network;
    dataset::Dataset images;
    core::Json environment;  ///< as in the result
    int threads = 1;
};

/// Throws core::Error for whatever is wrong with model, images, labels or device, before any
/// measuring.
Session open_session(const Settings& settings);

/// The result's "images".
core::Json describe_images(const dataset::Dataset& images);

/// How many blocks of `batch` images there are.
std::int64_t block_count(const dataset::Dataset& images, int batch);

}  // namespace faultline::cli
