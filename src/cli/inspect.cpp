#include <faultline/core/error.h>
#include <fmt/format.h>

#include <memory>

#include "common.h"
#include "inspection.h"
#include "subcommands.h"

namespace faultline::cli {
namespace {

struct InspectOptions {
    Common common;
    std::vector<int> input;
    bool json = false;
};

core::Section own_options(InspectOptions& options) {
    constexpr int largest = 1 << 20;
    auto input =
        core::option("input", options.input,
                     "shape of one image: channels,rows,columns [3,224,224]", {1, largest});
    input.value_name = "N,N,N";
    return {"inspect", {input, core::option("json", options.json, "print JSON")}};
}

/// Shapes, when the network takes such an image; else why not. Only a shape that was asked for is
/// worth an error.
std::string measure_shapes(network::Network& network, const std::vector<int>& input) {
    if (!input.empty()) {
        network.measure_shapes({input.begin(), input.end()});
        return "";
    }
    try {
        network.measure_shapes({3, 224, 224});
        return "";
    } catch (const core::Error& error) {
        return error.what();
    }
}

ExitCode inspect(const InspectOptions& options) {
    if (!options.input.empty() && options.input.size() != 3) {
        throw core::Error(core::Fault::usage,
                          "--input: takes three numbers: channels,rows,columns");
    }
    auto network = network::load(options.common.settings.network);
    const auto note = measure_shapes(network, options.input);
    const auto statistics = network::weight_statistics(network);
    fmt::print("{}", options.json ? core::to_text(inspection_json(network, statistics))
                                  : inspection_text(network, statistics));
    if (!note.empty()) {
        fmt::print(stderr,
                   "shapes and multiply-accumulates are unknown: {}; give the shape of an image "
                   "with --input\n",
                   note);
    }
    return ExitCode::done;
}

}  // namespace

Action add_inspect(CLI::App& app) {
    auto options = std::make_shared<InspectOptions>();
    options->common.add_to(app, {{"network"}, {"quantized"}, own_options(*options)});
    return [options, &app] {
        options->common.begin(app);
        options->common.fill_settings();
        return inspect(*options);
    };
}

}  // namespace faultline::cli
