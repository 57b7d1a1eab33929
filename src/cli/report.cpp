// Results as something to look at. Everything is made before anything is written: a broken result
// leaves no half of a page behind.

#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <faultline/page/page.h>
#include <fmt/format.h>

#include <memory>

#include "flags.h"
#include "free_file.h"
#include "stored_faults.h"
#include "stored_result.h"
#include "subcommands.h"

namespace faultline::cli {
namespace {

namespace fs = std::filesystem;

struct ReportOptions {
    Flags flags;
    std::vector<std::string> results;
    std::string output;
    std::string svg;
    std::string dot;
    std::string metrics;
    bool force = false;
};

core::Section own_options(ReportOptions& options) {
    return {"report",
            {core::option("output", options.output,
                          "the page: one HTML file that needs no other and no network", "FILE"),
             core::option("svg", options.svg, "the network's map alone, as a picture", "FILE"),
             core::option("dot", options.dot, "... as a graph in Graphviz's language", "FILE"),
             core::option("metrics", options.metrics,
                          "a line a layer: sizes, accuracy, damage, CSV", "FILE"),
             core::option("force", options.force, "overwrite files that are there")}};
}

/// What a file is to hold, and how to make it.
struct Output {
    std::string path;
    std::string (*make)(const std::vector<page::Source>&);
};

std::vector<Output> outputs(const ReportOptions& options) {
    std::vector<Output> wanted;
    for (const auto& output :
         {Output{options.output, page::html}, Output{options.svg, page::map_svg},
          Output{options.dot, page::map_dot}, Output{options.metrics, page::layers_csv}})
        if (!output.path.empty()) wanted.push_back(output);
    if (wanted.empty())
        throw core::Error(core::Fault::usage,
                          "report: give --output FILE.html (or --svg, --dot, --metrics)");
    for (const auto& output : wanted) require_free(output.path, options.force);
    return wanted;
}

/// The fault list only adds to a page: it may be elsewhere, but not be another one.
page::Source source(const std::string& given) {
    const auto path = result_path(given);
    page::Source read{path.string(), read_result(path), {}};
    page::require_readable(read);
    const core::StoredValue result(read.file, read.result);
    std::error_code ignored;
    if (fs::exists(path.parent_path() / result["faults"]["file"].text(), ignored))
        read.faults = read_faults(result, path);
    return read;
}

ExitCode report(const ReportOptions& options) {
    if (options.results.empty())
        throw core::Error(core::Fault::usage,
                          "report: give one or more results: result.json, or its folder");
    const auto wanted = outputs(options);
    std::vector<page::Source> sources;
    for (const auto& given : options.results) sources.push_back(source(given));
    std::vector<std::string> made;
    for (const auto& output : wanted) {
        for (const auto& read : sources) require_other_file(output.path, read.file);
        made.push_back(output.make(sources));
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        core::write_file(wanted[i].path, made[i]);
        fmt::print("{}\n", wanted[i].path);
    }
    return ExitCode::done;
}

}  // namespace

Action add_report(CLI::App& app) {
    auto options = std::make_shared<ReportOptions>();
    app.add_option("RESULT", options->results,
                   "result.json of a campaign, or its folder; several are laid side by side")
        ->type_name("")
        ->group("report");
    options->flags.add(app, own_options(*options));
    app.allow_extras();
    return [options, &app] {
        refuse_unknown(app);
        apply_flags(std::vector{own_options(*options)}, options->flags.given());
        return report(*options);
    };
}

}  // namespace faultline::cli
