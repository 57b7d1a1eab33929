#pragma once

#include <faultline/core/options.h>
#include <faultline/network/network.h>
#include <faultline/network/rewrite.h>
#include <faultline/quantization/image_set.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <vector>

/// Training on with numbers rounded, as Ristretto does: the float weights ("shadow weights") learn
/// what their rounded copies need.
namespace faultline::quantization {

enum class Rounding {
    nearest,
    stochastic,  ///< up or down at random, so that the mean is the number (Ristretto's)
};

struct TuningSettings {
    int epochs = 0;  ///< passes over the training images; 0: no fine-tuning
    double learning_rate = 1e-6;
    double weight_decay = 0;                ///< times the weights, added to their gradients
    Rounding rounding = Rounding::nearest;  ///< of weights and biases while training
    int batch = 32;
    int hold_out = 10;  ///< one of so many training images isn't trained on but chooses the epoch
    std::uint64_t seed = 1;  ///< of the parting, of the images' order and of stochastic rounding
};

/// Section "fine_tuning".
core::Section options(TuningSettings& settings);

/// The training images, parted: in each class, one of `hold_out` drawn at random is held out (image
/// lists may be sorted by class, or go round the classes). Throws Error(usage) when that is none.
struct Parted {
    dataset::Dataset training, held_out;
};
Parted part(const dataset::Dataset& images, const TuningSettings& settings);

/// After an epoch, with everything rounded to nearest, as the finished network has it.
struct Epoch {
    std::optional<double> training_loss;  ///< mean cross-entropy while training; none before
    double held_out_loss = 0;             ///< mean cross-entropy; may be NaN
    std::int64_t held_out_top1 = 0;       ///< images right

    bool operator==(const Epoch&) const = default;
};

struct Tuned {
    std::vector<Epoch> epochs;  ///< the first: before any training
    int best = 0;               ///< most held-out images right; of equals the lowest loss
    bool diverged = false;      ///< ended early: a loss was NaN or infinite
};

struct TuningTask {
    ImageSet training;  ///< its batch counts for training
    ImageSet held_out;
    /// Written after each epoch, and continued from where it is there.
    std::filesystem::path checkpoint;
    /// Called with what there is before the first epoch, and after each. An exception stops the
    /// task at an epoch's end; one from an image set's after_batch loses the epoch it comes in.
    std::function<void(const Tuned&)> after_epoch = [](const Tuned&) {};
};

/// Batches that fine_tune passes through from the start to the end of so many epochs: what a
/// progress display counts.
std::int64_t batch_count(const TuningTask& task, int epochs);

/// Trains the network's own weights, which the best epoch's are left in: with_formats makes the
/// fixed-point network of them. Each pass has weights, biases and activations rounded to `formats`
/// (one for each layer); gradients go through rounding unchanged, and are zero where a number was
/// beyond its format's ends (straight-through estimator: Bengio, Leonard, Courville 2013). Adam
/// (Kingma, Ba 2015; LibTorch's). Dropout is off, since the file was exported for inference. On one
/// machine, continued gives the same as uninterrupted; on CUDA only as far as LibTorch's backward
/// passes are deterministic. Throws Error(usage) when the checkpoint belongs to another task,
/// naming what differs, or when F is beyond +-most_activation_fraction; Error(input) when it is
/// damaged. Where anything is thrown, the weights are of no use any more: load the network anew.
Tuned fine_tune(network::Network& network, std::span<const network::LayerFormats> formats,
                const TuningTask& task, const TuningSettings& settings);

}  // namespace faultline::quantization
