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
    std::vector<int> input = {3, 224, 224};
    bool json = false;
};

/// Shapes, when the network takes such an image; else why not.
std::string measure_shapes(network::Network& network, const std::vector<int>& input) {
    try {
        network.measure_shapes({input.begin(), input.end()});
        return "";
    } catch (const core::Error& error) {
        return error.what();
    }
}

ExitCode inspect(InspectOptions& options) {
    if (options.input.size() != 3) {
        throw core::Error(core::Fault::usage, "--input takes three numbers: channels,rows,columns");
    }
    auto network = network::load(options.common.settings.network);
    const auto note = measure_shapes(network, options.input);
    const auto statistics = network::weight_statistics(network);
    fmt::print("{}", options.json ? core::to_text(inspection_json(network, statistics))
                                  : inspection_text(network, statistics));
    if (!note.empty())
        fmt::print(stderr, "shapes and multiply-accumulates are unknown: {}; give --input\n", note);
    return ExitCode::done;
}

}  // namespace

Action add_inspect(CLI::App& app) {
    auto options = std::make_shared<InspectOptions>();
    options->common.add_to(app, {"network"});
    app.add_option("--input", options->input, "shape of one image: channels,rows,columns")
        ->type_name("N,N,N")
        ->delimiter(',')
        ->default_str("3,224,224");
    app.add_flag("--json", options->json, "print JSON");
    return [options, &app] {
        options->common.resolve(app);
        return inspect(*options);
    };
}

}  // namespace faultline::cli
