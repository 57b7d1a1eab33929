// A network to one whose activations stay within the ranges that calibration images give them:
// measure ranges, put operations in, measure golden accuracy and cost, write.

#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <faultline/core/place.h>
#include <faultline/network/rewrite.h>
#include <faultline/quantization/accuracy.h>
#include <faultline/quantization/activation_ranges.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <memory>

#include "calibrated_session.h"
#include "free_file.h"
#include "hardening_report.h"
#include "interrupt.h"
#include "subcommands.h"

namespace faultline::cli {
namespace {

namespace fs = std::filesystem;

struct HardenOptions {
    Common common;
    bool clip = false;
    network::Beyond beyond = network::Beyond::bound;
    double slack = 1;
    double margin = 0.01;
    OtherImages calibrate{.path = {}, .labels = {}, .first = 100};
    std::string output;
    std::string json;
    bool force = false;
};

core::Section own_options(HardenOptions& options) {
    using network::Beyond;
    using Ways = std::vector<std::pair<std::string, Beyond>>;
    constexpr core::Range<double> slacks{1.0, 1e6}, share{0.0, 1.0};
    core::Section section = {
        "harden",
        {core::option("clip", options.clip,
                      "keep activations within the ranges that calibration images give them"),
         core::option(
             "beyond", options.beyond,
             "what a value beyond its range becomes: the range's end, or zero; NaN becomes "
             "zero either way",
             Ways{{"bound", Beyond::bound}, {"zero", Beyond::zero}}),
         core::option("slack", options.slack, "times which ranges are what was seen", slacks),
         core::option("margin", options.margin,
                      "fail (exit 1), writing nothing, where golden's top-1 share falls by more",
                      share),
         core::option("output", options.output, "TorchScript file to write", "FILE"),
         core::option("json", options.json, "write all numbers there, too", "FILE"),
         core::option("force", options.force, "overwrite files that are there")}};
    const auto more = cli::options(options.calibrate, "calibrate",
                                   "images whose activations set the ranges; empty: those of "
                                   "--images");
    section.options.insert(section.options.end(), more.begin(), more.end());
    return section;
}

/// Before any work.
void require_sense(const HardenOptions& options) {
    if (!options.clip) {
        throw core::Error(core::Fault::usage,
                          "harden: say how; --clip is the one way there is (keep activations "
                          "within the ranges that calibration images give them)");
    }
    if (options.output.empty())
        throw core::Error(core::Fault::usage, "--output: give a file for the hardened network");
    if (options.calibrate.path.empty() && options.common.settings.dataset.images.empty()) {
        throw core::Error(core::Fault::usage,
                          "--calibrate: give images whose activations set the ranges");
    }
    for (const auto& file : {options.output, options.json}) {
        if (file.empty()) continue;
        core::require_writable_folder(fs::absolute(file).parent_path());
        require_free(file, options.force);
    }
}

void require_plain(const network::Description& description) {
    const auto format = description.format();
    const auto refuse = [&](const std::string& reason) {
        throw core::Error(core::Fault::input, fmt::format("{}: {}", description.path, reason));
    };
    if (description.hardening) {
        refuse(fmt::format(
            "it is hardened already (clip, {}, slack {}); harden the network that "
            "it was made from",
            network::name(description.hardening->beyond), description.hardening->slack));
    }
    if (format != number::name(number::Format(number::Float32{}))) {
        refuse(
            fmt::format("it stores {}, and ranges would not lie on its grids; harden the float "
                        "network, then quantize that",
                        format));
    }
}

std::vector<network::Clip> find_clips(const CalibratedSession& opened, double slack) {
    const auto& network = opened.session.network;
    const auto points = network::clip_points(network);
    if (points.empty()) {
        throw core::Error(core::Fault::input,
                          fmt::format("{}: no layer's output can be clipped: its graph can't be "
                                      "cut into steps; export it another way, traced rather than "
                                      "scripted",
                                      network.description().path));
    }
    const auto seen =
        quantization::measure_activation_ranges(network, points, opened.calibration_set());
    std::vector<network::Clip> clips;
    for (std::size_t i = 0; i < points.size(); ++i)
        clips.push_back({points[i], quantization::widened(seen[i], slack)});
    return clips;
}

network::Network harden(const CalibratedSession& opened, const HardenOptions& options,
                        HardeningReport& report) {
    constexpr int passes = 11;
    const auto& network = opened.session.network;
    report.network = network.description();
    report.clips = find_clips(opened, options.slack);
    for (const auto& clip : report.clips)
        report.operations.push_back(
            network.program().steps[core::place(clip.point.step)].operation);
    auto made = network::with_clips(
        network, report.clips,
        {.beyond = options.beyond,
         .slack = options.slack,
         .calibration = {opened.calibration.size(), opened.calibration.images_sha256(),
                         opened.calibration.preprocessing_sha256()}});
    report.hardening = *made.description().hardening;
    const auto set = opened.judged_set();
    const auto scores = quantization::scores(network, set);
    report.before = quantization::accuracy(scores);
    report.after = quantization::accuracy(made, set, scores);
    report.times = quantization::pass_times(network, made, set, passes);
    return made;
}

/// Nothing is written where golden accuracy falls too far.
ExitCode write(const HardenOptions& options, const network::Network& made,
               const HardeningReport& report) {
    if (!report.within_margin()) {
        fmt::print(stderr,
                   "FAIL margin: golden's top-1 share falls by {:.4f}, at most {:.4f}; nothing is "
                   "written; try a larger --slack, or calibrate on more images\n",
                   report.drop(), report.margin);
        return ExitCode::gate_failed;
    }
    network::save(made, options.output, network::quantization(made));
    if (!options.json.empty())
        core::write_file(options.json, core::to_text(hardening_json(report)));
    fmt::print("{}: clip, {}, slack {}\n", options.output, network::name(options.beyond),
               options.slack);
    return ExitCode::done;
}

ExitCode harden_command(HardenOptions& options) {
    const SignalScope signals;
    auto& settings = options.common.settings;
    require_sense(options);
    settings.evaluation.method = evaluation::Method::whole;
    HardeningReport report;
    report.margin = options.margin;
    report.other_images = !settings.dataset.images.empty();
    auto loaded = load_network(settings);
    require_plain(loaded.description());
    const auto opened = open_calibrated(options.common, options.calibrate, std::move(loaded));
    report.calibration = describe_images(opened.calibration);
    if (!report.other_images) {
        spdlog::warn(
            "golden accuracy is measured on the calibration images, which lie within the ranges; "
            "give others with --images to learn what clipping costs");
    }
    const auto made = harden(opened, options, report);
    fmt::print("{}", hardening_text(report));
    return write(options, made, report);
}

}  // namespace

Action add_harden(CLI::App& app) {
    auto options = std::make_shared<HardenOptions>();
    options->common.add_to(
        app, {{"network", "dataset", "evaluation", "cache"}, {"quantized"}, own_options(*options)});
    return [options, &app] {
        options->common.begin(app);
        options->common.fill_settings();
        return harden_command(*options);
    };
}

}  // namespace faultline::cli
