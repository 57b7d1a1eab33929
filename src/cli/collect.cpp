#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "collection.h"
#include "flags.h"
#include "free_file.h"
#include "subcommands.h"
#include "sweep_file.h"

namespace faultline::cli {
namespace {

struct CollectOptions {
    Flags flags;
    std::vector<std::string> folders;
    std::string output = "-";
    bool force = false;
    std::string sweep;
    bool allow_missing = false;

    bool to_stdout() const { return output == "-"; }
};

core::Section own_options(CollectOptions& options) {
    return {
        "collect",
        {core::option("output", options.output, "the table's file; -: stdout", "FILE"),
         core::option("force", options.force, "overwrite a file that is there"),
         core::option("sweep", options.sweep,
                      "the results are this sweep's: cells without one are listed on stderr, and "
                      "the exit code is 1",
                      "FILE"),
         core::option("allow_missing", options.allow_missing, "... but 0 all the same")}};
}

/// Of another sweep, or of what this one was before somebody changed it: then its numbers stand for
/// other cells.
void require_of(const Sweep& sweep, const CollectedResult& result) {
    const auto refuse = [&](const std::string& what) {
        throw core::Error(core::Fault::input,
                          fmt::format("{}: {}; collect it without --sweep, or run the cell again",
                                      result.file.string(), what));
    };
    if (!result.points.cell)
        return refuse(fmt::format("it is no cell of a sweep, so not of {}", sweep.file));
    const auto& cell = *result.points.cell;
    if (cell.sha256 != sweep.sha256)
        return refuse(fmt::format("sweep.sha256 is {}, but that of {} is {}", cell.sha256,
                                  sweep.file, sweep.sha256));
    if (cell.index >= sweep.cells.size() || sweep.cells[cell.index].name != cell.name)
        return refuse(fmt::format("sweep.cell is '{}', but cell {} of {} is another one", cell.name,
                                  cell.index, sweep.file));
}

std::vector<SweepCell> missing_cells(const Sweep& sweep,
                                     const std::vector<CollectedResult>& results) {
    std::vector<bool> there(sweep.cells.size());
    for (const auto& result : results) {
        require_of(sweep, result);
        there[result.points.cell->index] = true;
    }
    std::vector<SweepCell> missing;
    for (const auto& cell : sweep.cells)
        if (!there[cell.index]) missing.push_back(cell);
    return missing;
}

void write(const CollectOptions& options, const std::vector<CollectedResult>& results) {
    const auto text = table(results);
    if (options.to_stdout()) return fmt::print("{}", text);
    core::write_file(options.output, text);
    fmt::print("{} results: {}\n", results.size(), options.output);
}

ExitCode collect_table(const CollectOptions& options) {
    if (options.output.empty() || options.folders.empty())
        throw core::Error(core::Fault::usage, options.output.empty()
                                                  ? "--output: give a file, or - for stdout"
                                                  : "no results: give folders that hold them");
    if (!options.to_stdout()) require_free(options.output, options.force);
    std::optional<Sweep> sweep;
    if (!options.sweep.empty()) sweep = read_sweep(options.sweep);
    const auto results = collect(options.folders);
    const auto missing = sweep ? missing_cells(*sweep, results) : std::vector<SweepCell>{};
    write(options, results);
    for (const auto& cell : missing)
        fmt::print(stderr, "{}: cell {} is missing: {}\n", options.sweep, cell.index, cell.name);
    return missing.empty() || options.allow_missing ? ExitCode::done : ExitCode::gate_failed;
}

}  // namespace

Action add_collect(CLI::App& app) {
    auto options = std::make_shared<CollectOptions>();
    app.add_option("FOLDER", options->folders,
                   "each a result's, or one that holds results' folders: a sweep's --output")
        ->type_name("");
    options->flags.add(app, own_options(*options));
    app.allow_extras();
    return [options, &app] {
        refuse_unknown(app);
        apply_flags(std::vector{own_options(*options)}, options->flags.given());
        return collect_table(*options);
    };
}

}  // namespace faultline::cli
