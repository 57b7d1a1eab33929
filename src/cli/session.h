#pragma once

#include <faultline/core/json.h>
#include <faultline/dataset/dataset.h>
#include <faultline/evaluation/evaluator.h>
#include <faultline/network/network.h>

#include <string>

#include "progress.h"
#include "settings.h"

namespace faultline::cli {

/// A network and the images it is measured on, checked against each other, on a device proven to
/// compute in float32.
struct Session {
    network::Network network;
    dataset::Dataset images;
    core::Json environment;           ///< as in the result
    evaluation::Settings evaluation;  ///< batch and threads settled
    evaluation::MemoryPlan plan;
    int batch = 1;  ///< images in a pass
    int threads = 1;
    int images_per_run = 0;  ///< where each run has images of its own
    std::uint64_t seed = 0;  ///< ... drawn from this
};

/// How many images a run is measured on.
std::int64_t images_of_a_run(const Session& session);

/// Those that run `run` has of its own.
dataset::Dataset run_images(const Session& session, int run);

/// What the machine decides is settled: `threads` in the settings becomes a number of threads. Then
/// the network that the settings name at `place` is loaded, to compute the same way each time.
/// Throws core::Error for whatever is wrong with the model or the device.
network::Network load_network(Settings& settings, const std::string& place = "network.model");

/// The batch in which `network` can measure the settings' images. Throws as open_session.
int fitting_batch(const Settings& settings, network::Network& network);

/// `network` beside its images; layout and labels file, where they were found, are filled in in the
/// settings. Throws core::Error for whatever is wrong with images, labels or device, before any
/// measuring. Images come from their cache, which is made first where it isn't there: with progress
/// in this style, and heeding signals.
Session open_session(Settings& settings, network::Network network, ProgressStyle style);

/// Throws Error(input) when a label has no class in the network.
void require_labels_fit(const network::Description& description, const dataset::Dataset& images);

/// The result's "images"; drawn ones by name, since nobody else can draw them again.
core::Json describe_images(const dataset::Dataset& images);

}  // namespace faultline::cli
