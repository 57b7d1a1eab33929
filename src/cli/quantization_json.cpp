#include <cmath>

#include "accuracy_report.h"
#include "quantization_report.h"

namespace faultline::cli {
namespace {

using quantization::Fit;

core::Json finite(double value) { return std::isfinite(value) ? core::Json(value) : core::Json(); }

/// `decibels` is null where there is no error at all.
core::Json end_json(const number::Format& format, const std::optional<Fit>& fit) {
    core::Json json = {{"format", number::name(format)}};
    if (fit) {
        json["saturated_share"] = fit->saturated_share();
        json["signal_to_error_db"] = finite(fit->decibels());
    }
    return json;
}

core::Json activations_json(const std::optional<number::FixedPoint>& format,
                            const std::optional<Fit>& fit) {
    return format ? end_json(*format, fit) : core::Json();
}

core::Json layer_json(const network::Layer& layer, const quantization::LayerChoice& choice) {
    return {
        {"name", layer.name},
        {"kind", layer.kind},
        {"weights", end_json(choice.formats.weights, choice.weights)},
        {"biases", choice.biases ? end_json(choice.formats.biases, choice.biases) : core::Json()},
        {"inputs", activations_json(choice.formats.inputs, choice.inputs)},
        {"outputs", activations_json(choice.formats.outputs, choice.outputs)}};
}

core::Json widths_json(const quantization::Widths& widths) {
    return {{"convolution_bits", widths.convolution},
            {"linear_bits", widths.linear},
            {"activation_bits", widths.activation}};
}

core::Json search_json(const quantization::WidthSearch& search) {
    auto trials = core::Json::array();
    for (const auto& trial : search.trials) {
        auto json = widths_json(trial.widths);
        json["top1"] = trial.tally.top1;
        trials.push_back(std::move(json));
    }
    return {{"found", widths_json(search.widths)}, {"trials", std::move(trials)}};
}

core::Json layers_json(const Quantization& done, const network::Description& network) {
    auto layers = core::Json::array();
    for (std::size_t i = 0; i < done.choices.size(); ++i) {
        layers.push_back(layer_json(network.layers[i], done.choices[i]));
        if (done.sensitivity.empty() || done.sensitivity[i].images == 0) continue;
        layers.back()["alone"] = accuracy_json(done.sensitivity[i]);
    }
    return layers;
}

core::Json settings_json(quantization::Settings settings) {
    const std::vector sections = {quantization::options(settings)};
    return core::values(sections).at("quantization");
}

core::Json settings_json(quantization::TuningSettings settings) {
    const std::vector sections = {quantization::options(settings)};
    return core::values(sections).at("fine_tuning");
}

core::Json epoch_json(const quantization::Epoch& epoch) {
    return {
        {"training_loss", epoch.training_loss ? core::Json(*epoch.training_loss) : core::Json()},
        {"held_out_loss", finite(epoch.held_out_loss)},
        {"held_out_top1", epoch.held_out_top1}};
}

/// "answers": those that tuning changed.
core::Json tuning_json(const FineTuning& tuning) {
    auto epochs = core::Json::array();
    for (const auto& epoch : tuning.tuned.epochs) epochs.push_back(epoch_json(epoch));
    core::Json json = {{"settings", settings_json(tuning.settings)},
                       {"images", tuning.images},
                       {"training_images", tuning.training_images},
                       {"held_out_images", tuning.held_out_images},
                       {"epochs", std::move(epochs)},
                       {"best_epoch", tuning.tuned.best},
                       {"diverged", tuning.tuned.diverged},
                       {"untuned", nullptr},
                       {"answers", nullptr}};
    if (tuning.untuned && tuning.gain) {
        const auto change = change_of(*tuning.untuned, *tuning.gain);
        json["untuned"] = accuracy_json(*tuning.untuned);
        json["answers"] = {{"gained", change.gained}, {"lost", change.lost}};
    }
    return json;
}

}  // namespace

core::Json quantization_json(const Quantization& done, const network::Description& network) {
    core::Json accuracy = nullptr;
    if (done.before && done.after) {
        accuracy = {{"before", accuracy_json(*done.before)}, {"after", accuracy_json(*done.after)}};
    }
    return {{"settings", settings_json(done.settings)},
            {"model_sha256", done.model_sha256},
            {"folded_batch_norms", done.folded},
            {"float32_layers", done.left},
            {"calibration", done.calibration},
            {"width_search", done.search ? search_json(*done.search) : core::Json()},
            {"layers", layers_json(done, network)},
            {"fine_tuning", done.tuning ? tuning_json(*done.tuning) : core::Json()},
            {"accuracy", accuracy}};
}

}  // namespace faultline::cli
