#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <faultline/core/error.h>
#include <faultline/core/place.h>
#include <faultline/core/random.h>
#include <faultline/quantization/fine_tune.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <tuple>

#include "adam.h"
#include "checkpoint.h"
#include "rounded_pass.h"

namespace faultline::quantization {
namespace {

using Formats = std::span<const network::LayerFormats>;
using Labels = std::span<const std::int32_t>;
using Tensors = std::vector<at::Tensor>;

/// What random words are for.
enum class Stream : std::uint32_t { order = 0xF17E, rounding, parts };

at::Generator generator(Stream stream, std::uint64_t seed, int epoch, at::Device device) {
    const auto word = core::random_words({.seed = seed,
                                          .run = static_cast<std::uint32_t>(epoch),
                                          .stream = static_cast<std::uint32_t>(stream)})[0];
    auto made = at::globalContext().defaultGenerator(device).clone();
    made.set_current_seed(word);
    return made;
}

/// Places class by class, in each class in a random order.
std::vector<std::int64_t> by_class(const dataset::Dataset& images, std::uint64_t seed) {
    std::vector<std::tuple<std::int32_t, std::uint64_t, std::int64_t>> drawn;
    for (std::int64_t k = 0; k < images.size(); ++k) {
        const auto word = core::random_words({.seed = seed,
                                              .stream = static_cast<std::uint32_t>(Stream::parts),
                                              .draw = static_cast<std::uint32_t>(k)})[0];
        drawn.emplace_back(images.items()[core::place(k)].label, word, k);
    }
    std::ranges::sort(drawn);
    std::vector<std::int64_t> places;
    for (const auto& [label, word, place] : drawn) places.push_back(place);
    return places;
}

dataset::Dataset shuffled(const dataset::Dataset& images, std::uint64_t seed, int epoch) {
    const auto order = at::randperm(images.size(), generator(Stream::order, seed, epoch, at::kCPU),
                                    at::TensorOptions(at::kLong));
    return images.arranged({order.data_ptr<std::int64_t>(), core::place(order.numel())});
}

at::Tensor to_tensor(std::span<const std::int32_t> labels, at::Device device) {
    return at::tensor(std::vector<std::int64_t>(labels.begin(), labels.end())).to(device);
}

/// Backward passes of a few operations have no deterministic kernel on CUDA; LibTorch would refuse
/// them.
class AllowBackward {
 public:
    AllowBackward() { at::globalContext().setDeterministicAlgorithms(true, true); }
    ~AllowBackward() { at::globalContext().setDeterministicAlgorithms(true, false); }
    AllowBackward(const AllowBackward&) = delete;
    AllowBackward& operator=(const AllowBackward&) = delete;
};

void require_fraction(const network::Description& description, std::size_t tensor,
                      const number::Format& format) {
    const auto* fixed = std::get_if<number::FixedPoint>(&format);
    if (fixed == nullptr || std::abs(fixed->fraction_bits()) <= network::most_activation_fraction)
        return;
    throw core::Error(core::Fault::usage,
                      fmt::format("{}: {} has {} fraction bits; fine-tuning takes up to +-{}",
                                  description.path, description.tensors[tensor].name,
                                  fixed->fraction_bits(), network::most_activation_fraction));
}

/// A network whose weights learn.
class Learner {
 public:
    Learner(network::Network& network, Formats formats, const TuningSettings& settings)
        : network_(network), formats_(formats), settings_(settings) {
        const auto& description = network.description();
        for (std::size_t i = 0; i < description.tensors.size(); ++i) {
            const auto& tensor = description.tensors[i];
            require_fraction(description, i, formats[core::place(tensor.layer)].of(tensor.role));
            const bool learns = tensor.role != network::Role::buffer;
            weights_.push_back(
                network.weight(static_cast<int>(i)).detach().set_requires_grad(learns));
            if (learns) parameters_.push_back(weights_.back());
        }
        adam_ = std::make_unique<Adam>(parameters_, settings.learning_rate, settings.weight_decay);
    }

    /// The mean cross-entropy of an epoch. Ends at a loss that isn't finite.
    double train(const ImageSet& images, int epoch) {
        const AllowBackward allow;
        const at::AutoGradMode gradients(true);
        const auto random =
            settings_.rounding == Rounding::stochastic
                ? std::optional(generator(Stream::rounding, settings_.seed, epoch, device()))
                : std::nullopt;
        const auto order = shuffled(images.images, settings_.seed, epoch);
        const ImageSet set{order, images.batch, images.threads, images.after_batch};
        double total = 0;
        for_each_batch(set, device(), [&](const at::Tensor& batch, Labels labels) {
            if (!std::isfinite(total)) return;
            const auto scores = rounded_pass(network_, weights_, formats_, batch, random);
            const auto loss = at::cross_entropy_loss(scores, to_tensor(labels, device()));
            total += loss.item<double>() * static_cast<double>(labels.size());
            if (std::isfinite(total)) adam_->step(loss);
        });
        return total / static_cast<double>(images.images.size());
    }

    /// Rounded to nearest.
    Epoch measure(const ImageSet& images) const {
        c10::NoGradGuard no_gradients;
        Epoch epoch;
        for_each_batch(images, device(), [&](const at::Tensor& batch, Labels labels) {
            const auto scores = rounded_pass(network_, weights_, formats_, batch);
            const auto wanted = to_tensor(labels, device());
            epoch.held_out_loss +=
                at::cross_entropy_loss(scores, wanted, {}, at::Reduction::Sum).item<double>();
            epoch.held_out_top1 += scores.argmax(1).eq(wanted).sum().item<std::int64_t>();
        });
        epoch.held_out_loss /= static_cast<double>(images.images.size());
        return epoch;
    }

    Tensors copies() const {
        Tensors copies;
        for (const auto& parameter : parameters_) copies.push_back(parameter.detach().clone());
        return copies;
    }

    void set(const Tensors& values) {
        c10::NoGradGuard no_gradients;
        for (std::size_t i = 0; i < parameters_.size(); ++i) parameters_[i].copy_(values.at(i));
    }

    const Tensors& parameters() const { return parameters_; }
    Adam& adam() { return *adam_; }

 private:
    at::Device device() const { return network_.device(); }

    const network::Network& network_;
    Formats formats_;
    const TuningSettings& settings_;
    Tensors weights_;     ///< the network's own memory
    Tensors parameters_;  ///< those of them that learn
    std::unique_ptr<Adam> adam_;
};

/// NaN is the worst loss.
bool better(const Epoch& left, const Epoch& right) {
    if (left.held_out_top1 != right.held_out_top1) return left.held_out_top1 > right.held_out_top1;
    return left.held_out_loss < right.held_out_loss ||
           (std::isnan(right.held_out_loss) && !std::isnan(left.held_out_loss));
}

core::Json formats_json(Formats formats) {
    auto json = core::Json::array();
    const auto activations = [](const std::optional<number::FixedPoint>& format) {
        return format ? core::Json(number::name(number::Format(*format))) : core::Json();
    };
    for (const auto& layer : formats) {
        json.push_back({{"weights", number::name(layer.weights)},
                        {"biases", number::name(layer.biases)},
                        {"inputs", activations(layer.inputs)},
                        {"outputs", activations(layer.outputs)}});
    }
    return json;
}

/// What decides every number of the tuning, but for how many epochs there are.
core::Json task_json(const network::Network& network, Formats formats, const TuningTask& task,
                     TuningSettings settings) {
    const std::vector sections = {options(settings)};
    auto own = core::values(sections).at("fine_tuning");
    own.erase("fine_tune");
    return {{"settings", own},
            {"device", network.device().is_cuda() ? "cuda" : "cpu"},
            {"weights_sha256", network.weights_sha256()},
            {"training_images_sha256", task.training.images.images_sha256()},
            {"held_out_images_sha256", task.held_out.images.images_sha256()},
            {"preprocessing_sha256", task.training.images.preprocessing_sha256()},
            {"formats", formats_json(formats)}};
}

std::int64_t batch_count(const ImageSet& set) {
    return (set.images.size() + set.batch - 1) / set.batch;
}

/// The task's state: as the checkpoint has it, or before any training.
Checkpoint begin(core::Json task_identity, Learner& learner, const TuningTask& task) {
    if (auto found = load(task_identity, task.checkpoint)) {
        learner.set(found->weights);
        learner.adam().set(found->moments);
        return std::move(*found);
    }
    return {std::move(task_identity),
            {.epochs = {learner.measure(task.held_out)}},
            {},
            learner.copies(),
            {}};
}

void run_epoch(Learner& learner, Checkpoint& state, const TuningTask& task) {
    auto& tuned = state.tuned;
    const int number = static_cast<int>(tuned.epochs.size());
    const double loss = learner.train(task.training, number);
    if (!std::isfinite(loss)) {
        tuned.diverged = true;
        return;
    }
    tuned.epochs.push_back(learner.measure(task.held_out));
    tuned.epochs.back().training_loss = loss;
    if (better(tuned.epochs.back(), tuned.epochs[core::place(tuned.best)])) {
        tuned.best = number;
        state.best = learner.copies();
    }
    state.weights = learner.parameters();
    state.moments = learner.adam().moments();
    save(state, task.checkpoint);
}

}  // namespace

core::Section options(TuningSettings& settings) {
    constexpr int most = std::numeric_limits<int>::max();
    return {
        "fine_tuning",
        {core::option("fine_tune", settings.epochs,
                      "train on for so many passes over --train, with numbers rounded", {0, most}),
         core::option("learning_rate", settings.learning_rate, "of Adam", {0.0, 1.0}),
         core::option("weight_decay", settings.weight_decay,
                      "times the weights, is added to their gradients", {0.0, 1.0}),
         core::option("training_rounding", settings.rounding,
                      "of weights and biases while training; stochastic is Ristretto's",
                      {{"nearest", Rounding::nearest}, {"stochastic", Rounding::stochastic}}),
         core::option("training_batch", settings.batch, "images between two steps of Adam",
                      {1, most}),
         core::option("hold_out", settings.hold_out,
                      "one of so many training images is kept to choose the best epoch by",
                      {2, most}),
         core::option("training_seed", settings.seed,
                      "of the training images' order and of stochastic rounding")}};
}

Parted part(const dataset::Dataset& images, const TuningSettings& settings) {
    std::vector<std::int64_t> training, held_out;
    const auto drawn = by_class(images, settings.seed);
    const auto every = core::place(settings.hold_out);
    for (std::size_t k = 0; k < drawn.size(); ++k)
        (k % every == every - 1 ? held_out : training).push_back(drawn[k]);
    if (held_out.empty()) {
        throw core::Error(core::Fault::usage,
                          fmt::format("hold_out: one of {} can't be kept from {} training images; "
                                      "give more images or a smaller number",
                                      settings.hold_out, images.size()));
    }
    std::ranges::sort(training);
    std::ranges::sort(held_out);
    return {images.arranged(training), images.arranged(held_out)};
}

std::int64_t batch_count(const TuningTask& task, int epochs) {
    const auto held_out = batch_count(task.held_out);
    return held_out + epochs * (batch_count(task.training) + held_out);
}

Tuned fine_tune(network::Network& network, Formats formats, const TuningTask& task,
                const TuningSettings& settings) {
    Learner learner(network, formats, settings);
    auto state = begin(task_json(network, formats, task, settings), learner, task);
    task.after_epoch(state.tuned);
    while (!state.tuned.diverged && std::ssize(state.tuned.epochs) <= settings.epochs) {
        run_epoch(learner, state, task);
        task.after_epoch(state.tuned);
    }
    learner.set(state.best);
    return state.tuned;
}

}  // namespace faultline::quantization
