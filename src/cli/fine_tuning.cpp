#include "fine_tuning.h"

#include <faultline/core/error.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <set>

#include "image_cache.h"
#include "interrupt.h"

namespace faultline::cli {
namespace {

namespace fs = std::filesystem;

fs::path place_of(const dataset::Dataset& images, const dataset::Item& item) {
    return fs::weakly_canonical(images.settings().images) / item.name;
}

/// Accuracy on images that were trained on says nothing about any others.
void require_apart(const dataset::Dataset& training, const dataset::Dataset& measured) {
    std::set<fs::path> places;
    for (const auto& item : measured.items()) places.insert(place_of(measured, item));
    for (const auto& item : training.items()) {
        if (!places.contains(place_of(training, item))) continue;
        throw core::Error(core::Fault::usage,
                          fmt::format("--train: {} is among the images of {} that accuracy is "
                                      "measured on; part them with --train-skip, --train-first, "
                                      "--skip and --first",
                                      item.name, measured.settings().images));
    }
}

void tell(const quantization::Tuned& tuned, std::int64_t held_out) {
    const auto& epoch = tuned.epochs.back();
    spdlog::info("epoch {}: loss {:.4f}; held out: {} of {} right, loss {:.4f}",
                 tuned.epochs.size() - 1, epoch.training_loss.value_or(0), epoch.held_out_top1,
                 held_out, epoch.held_out_loss);
}

quantization::Tuned tune(network::Network& network, std::span<const network::LayerFormats> formats,
                         const quantization::TuningTask& task,
                         const quantization::TuningSettings& settings) {
    try {
        return quantization::fine_tune(network, formats, task, settings);
    } catch (const Interrupted&) {
        throw Resumable(fs::exists(task.checkpoint) ? task.checkpoint.string() : "");
    }
}

}  // namespace

std::vector<core::Option> own_options(FineTuningOptions& options) {
    auto own = quantization::options(options.settings).options;
    for (auto& described :
         cli::options(options.train, "train", "images to train on, apart from --images"))
        own.push_back(std::move(described));
    return own;
}

void require_complete(const FineTuningOptions& options) {
    if (options.wanted() == !options.train.path.empty()) return;
    throw core::Error(core::Fault::usage,
                      options.wanted() ? "--fine-tune: needs images to train on; give --train"
                                       : "--train: give --fine-tune EPOCHS, too");
}

fs::path checkpoint_path(const std::string& output) { return output + ".tuning"; }

dataset::Dataset open_training_images(const FineTuningOptions& options, const Settings& settings,
                                      const Session& session, const dataset::Dataset* measured,
                                      ProgressStyle style) {
    auto images = dataset::open(settings_of(options.train, settings.dataset));
    require_labels_fit(session.network.description(), images);
    if (measured != nullptr) require_apart(images, *measured);
    use_image_cache(images, settings.cache, session.threads, style);
    return images;
}

FineTuning fine_tune(network::Network& network, std::span<const network::LayerFormats> formats,
                     const FineTuningOptions& options, const dataset::Dataset& images,
                     const Session& session, ProgressStyle style, const std::string& output) {
    const auto parted = quantization::part(images, options.settings);
    std::optional<Progress> progress;
    const auto after_batch = [&progress] {
        if (progress) progress->step();
        stop_if_interrupted();
    };
    quantization::TuningTask task{
        {parted.training, options.settings.batch, session.threads, after_batch},
        {parted.held_out, session.batch, session.threads, after_batch},
        checkpoint_path(output)};
    const auto total = quantization::batch_count(task, options.settings.epochs);
    progress.emplace(style, total, "fine-tuning");
    bool begun = false;
    task.after_epoch = [&](const quantization::Tuned& tuned) {
        const auto done = static_cast<int>(tuned.epochs.size()) - 1;
        if (!std::exchange(begun, true) && done > 0) {
            spdlog::warn("{}: going on after epoch {}", task.checkpoint.string(), done);
            progress->step(quantization::batch_count(task, done));
        }
        tell(tuned, parted.held_out.size());
    };
    FineTuning found{options.settings,
                     describe_images(images),
                     parted.training.size(),
                     parted.held_out.size(),
                     tune(network, formats, task, options.settings),
                     {},
                     {}};
    if (found.tuned.diverged) {
        spdlog::warn(
            "fine-tuning ended in epoch {}: the loss was NaN or infinite; the best epoch before "
            "({}) is kept; try a lower --learning-rate than {}",
            found.tuned.epochs.size(), found.tuned.best, options.settings.learning_rate);
    }
    return found;
}

}  // namespace faultline::cli
