// A float network to a fixed-point one: fold, calibrate, choose formats, fine-tune where asked,
// round, measure, write.

#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <faultline/network/rewrite.h>
#include <faultline/quantization/search.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <memory>

#include "calibrated_session.h"
#include "free_file.h"
#include "interrupt.h"
#include "quantization_report.h"
#include "subcommands.h"

namespace faultline::cli {
namespace {

namespace fs = std::filesystem;

struct QuantizeOptions {
    Common common;
    quantization::Settings quantization;
    FineTuningOptions tuning;
    std::string output;
    OtherImages calibrate{.path = {}, .labels = {}, .first = 100};
    bool force = false;
};

core::Section own_options(QuantizeOptions& options) {
    auto section = quantization::options(options.quantization);
    section.name = "quantize";
    const auto add = [&section](const std::vector<core::Option>& more) {
        section.options.insert(section.options.end(), more.begin(), more.end());
    };
    add({core::option("output", options.output,
                      "TorchScript file to write; what was done goes beside it as .json", "FILE"),
         core::option("force", options.force, "overwrite files that are there")});
    add(cli::options(options.calibrate, "calibrate",
                     "images whose activations set the ranges; empty: those of --images"));
    add(own_options(options.tuning));
    return section;
}

fs::path report_path(const std::string& output) {
    return fs::path(output).replace_extension("json");
}

/// Before any work: hours of tuning must not end at a file that can't be written.
void require_output(const QuantizeOptions& options) {
    if (options.output.empty())
        throw core::Error(core::Fault::usage, "--output: give a file for the quantized network");
    if (fs::path(options.output).extension() == ".json")
        throw core::Error(core::Fault::usage,
                          fmt::format("--output: {} would be overwritten by the report beside it; "
                                      "give a name that ends otherwise, such as .pt",
                                      options.output));
    const auto folder = fs::absolute(options.output).parent_path();
    core::require_writable_folder(folder);
    for (const fs::path& file : {fs::path(options.output), report_path(options.output)})
        require_free(file, options.force);
}

void require_float(const network::Description& description) {
    const auto format = description.format();
    if (format == number::name(number::Format(number::Float32{}))) return;
    throw core::Error(core::Fault::input,
                      fmt::format("{}: it stores {} already; quantize the float network",
                                  description.path, format));
}

/// Layers that stay in float32: their numbers are exposed as such.
std::vector<std::string> left_in_float(const network::Description& description) {
    std::vector<std::string> names;
    for (const auto& layer : description.layers) {
        const auto is_float = [&](int tensor) {
            return std::holds_alternative<number::Float32>(
                description.tensors[static_cast<std::size_t>(tensor)].format);
        };
        if (std::any_of(layer.tensors.begin(), layer.tensors.end(), is_float))
            names.push_back(layer.name);
    }
    return names;
}

void tell_of_float_layers(const Quantization& done) {
    if (done.left.empty() || done.settings.fold_only) return;
    spdlog::warn(
        "{} layers keep numbers in float32, among them {}: neither convolutions nor linear "
        "layers, or not cut into steps of their own, or left so by the widths given",
        done.left.size(), done.left.front());
}

void require_judge(const quantization::Settings& settings, bool judging) {
    if (judging || (settings.bits != "auto" && !settings.sensitivity)) return;
    throw core::Error(core::Fault::usage,
                      fmt::format("{}: needs labelled images to measure accuracy on; give --images",
                                  settings.sensitivity ? "--sensitivity" : "--bits auto"));
}

struct Judged {
    quantization::ImageSet set;
    quantization::Scores scores;
};

quantization::Widths find_widths(const quantization::Calibration& calibration,
                                 const std::optional<Judged>& judged, Quantization& done) {
    if (done.settings.bits != "auto") return quantization::widths(done.settings);
    done.search =
        quantization::search_widths(calibration, {judged->set, judged->scores}, done.settings);
    return done.search->widths;
}

/// Trains `network`; what that changes is told beside the network as it would have been.
FineTuning tune(network::Network& network, const QuantizeOptions& options, const Session& session,
                const std::optional<Judged>& judged, const Quantization& done) {
    const auto& progress = options.common.progress;
    const auto images = open_training_images(options.tuning, options.common.settings, session,
                                             judged ? &session.images : nullptr, progress);
    const auto formats = quantization::formats(done.choices);
    const auto scores = [&] {
        return quantization::scores(network::with_formats(network, formats), judged->set);
    };
    const auto before = judged ? std::optional(scores()) : std::nullopt;
    auto tuning =
        fine_tune(network, formats, options.tuning, images, session, progress, options.output);
    if (before) {
        const auto after = scores();
        tuning.untuned = quantization::accuracy(*before);
        tuning.gain = evaluation::compare(after.logits, before->logits, before->labels);
    }
    return tuning;
}

network::Network quantize(network::Network& network, const QuantizeOptions& options,
                          const quantization::ImageSet& calibration, const Session& session,
                          const std::optional<Judged>& judged, Quantization& done) {
    const quantization::Calibration ranges{network, calibration,
                                           quantization::measure_ranges(network, calibration)};
    const auto widths = find_widths(ranges, judged, done);
    done.choices = quantization::choose(ranges, widths, done.settings);
    if (judged && done.settings.sensitivity) {
        done.sensitivity =
            quantization::sensitivity(network, done.choices, {judged->set, judged->scores});
    }
    if (options.tuning.wanted()) done.tuning = tune(network, options, session, judged, done);
    return network::with_formats(network, quantization::formats(done.choices));
}

void write(const QuantizeOptions& options, const network::Network& network,
           const Quantization& done) {
    const auto json = quantization_json(done, network.description());
    network::save(network, options.output, json);
    core::write_file(report_path(options.output), core::to_text(json));
    if (done.tuning) fs::remove(checkpoint_path(options.output));
}

ExitCode quantize(QuantizeOptions& options) {
    const SignalScope signals;
    auto& settings = options.common.settings;
    require_output(options);
    require_complete(options.tuning);
    if (options.tuning.wanted() && options.quantization.fold_only)
        throw core::Error(core::Fault::usage, "--fold-only: leaves nothing to --fine-tune");
    Quantization done;
    done.settings = options.quantization;
    if (options.quantization.bits != "auto") quantization::widths(options.quantization);
    settings.evaluation.method = evaluation::Method::whole;
    const bool judging = !settings.dataset.images.empty();
    require_judge(options.quantization, judging);

    auto loaded = load_network(settings);
    require_float(loaded.description());
    done.model_sha256 = loaded.description().model_sha256;
    const auto opened = open_calibrated(options.common, options.calibrate, std::move(loaded));
    const auto& session = opened.session;
    done.calibration = describe_images(opened.calibration);

    const auto calibration_set = opened.calibration_set();
    std::optional<Judged> judged;
    if (judging) {
        const auto set = opened.judged_set();
        judged.emplace(Judged{set, quantization::scores(session.network, set)});
        done.before = quantization::accuracy(judged->scores);
    }
    auto folded = network::fold_batch_norms(session.network);
    done.folded = folded.norms;
    const auto made = done.settings.fold_only ? std::move(folded.network)
                                              : quantize(folded.network, options, calibration_set,
                                                         session, judged, done);
    done.left = left_in_float(made.description());
    tell_of_float_layers(done);
    if (judged) done.after = quantization::accuracy(made, judged->set, judged->scores);
    write(options, made, done);
    fmt::print("{}{}: {}\n", quantization_text(done, made.description()), options.output,
               made.description().format());
    return ExitCode::done;
}

}  // namespace

Action add_quantize(CLI::App& app) {
    auto options = std::make_shared<QuantizeOptions>();
    options->common.add_to(
        app, {{"network", "dataset", "evaluation", "cache"}, {"quantized"}, own_options(*options)});
    return [options, &app] {
        options->common.begin(app);
        options->common.fill_settings();
        return quantize(*options);
    };
}

}  // namespace faultline::cli
