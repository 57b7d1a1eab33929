#include <fmt/format.h>

#include <memory>

#include "flags.h"
#include "subcommands.h"
#include "sweep_file.h"

namespace faultline::cli {
namespace {

struct SweepOptions {
    Flags flags;
    std::string sweep;
    bool json = false;
};

core::Section own_options(SweepOptions& options) {
    return {"sweep",
            {core::option("sweep", options.sweep, "the sweep's file", "FILE"),
             core::option("json", options.json, "print JSON, with each cell's config")}};
}

std::string listing(const Sweep& sweep) {
    auto text = fmt::format("{}: {} cells\n{:>6}  {}\n", sweep.file, sweep.cells.size(), "index",
                            "cell, and its folder in that of --output");
    for (const auto& cell : sweep.cells) text += fmt::format("{:>6}  {}\n", cell.index, cell.name);
    return text;
}

core::Json json(const Sweep& sweep) {
    auto cells = core::Json::array();
    for (const auto& cell : sweep.cells) {
        cells.push_back({{"index", cell.index},
                         {"name", cell.name},
                         {"folder", cell.name},
                         {"values", named_values(sweep, cell)},
                         {"config", merged_config(sweep, cell)}});
    }
    return {{"file", sweep.file}, {"sha256", sweep.sha256}, {"cells", std::move(cells)}};
}

}  // namespace

Action add_sweep(CLI::App& app) {
    auto options = std::make_shared<SweepOptions>();
    options->flags.add(app, own_options(*options), "sweep");
    app.allow_extras();
    return [options, &app] {
        refuse_unknown(app);
        apply_flags(std::vector{own_options(*options)}, options->flags.given());
        const auto sweep = read_sweep(options->sweep);
        fmt::print("{}", options->json ? core::to_text(json(sweep)) : listing(sweep));
        return ExitCode::done;
    };
}

}  // namespace faultline::cli
