#include "sweep_choice.h"

#include <faultline/core/error.h>
#include <fmt/format.h>

#include <charconv>
#include <filesystem>

#include "slurm.h"
#include "sweep_file.h"

namespace faultline::cli {
namespace {

[[noreturn]] void refuse(const std::string& what) {
    throw core::Error(core::Fault::usage, fmt::format("--sweep-index: {}", what));
}

std::string cells_text(const Sweep& sweep) {
    return fmt::format("{} has {} cells, 0 to {} (faultline sweep {} lists them)", sweep.file,
                       sweep.cells.size(), sweep.cells.size() - 1, sweep.file);
}

/// An array of another size is one for another sweep, or for a part of this one: then a task's
/// place in it isn't its cell.
std::size_t slurm_index(const Sweep& sweep) {
    const auto place = slurm_array_place();
    if (static_cast<std::size_t>(place.count) == sweep.cells.size())
        return static_cast<std::size_t>(place.index);
    refuse(
        fmt::format("Slurm's array has {} tasks, but {}; give --array=0-{}, or the cell's "
                    "number instead of 'slurm'",
                    place.count, cells_text(sweep), sweep.cells.size() - 1));
}

const SweepCell& chosen_cell(const Sweep& sweep, const std::string& index) {
    if (index.empty()) refuse(fmt::format("which cell? {}", cells_text(sweep)));
    if (index == "slurm") return sweep.cells[slurm_index(sweep)];
    std::size_t number = 0;
    const auto end = index.data() + index.size();
    const auto read = std::from_chars(index.data(), end, number);
    if (read.ptr != end || read.ec == std::errc::invalid_argument)
        refuse(fmt::format("'{}' is neither a cell's number nor 'slurm'; {}", index,
                           cells_text(sweep)));
    if (read.ec == std::errc() && number < sweep.cells.size()) return sweep.cells[number];
    refuse(fmt::format("there is no cell {}; {}", index, cells_text(sweep)));
}

}  // namespace

core::Section options(SweepChoice& choice) {
    return {"sweep",
            {core::option("sweep", choice.sweep,
                          "run one cell of this sweep: its config comes after config files and "
                          "before flags, its result goes to a folder of its own in that of "
                          "--output",
                          "FILE"),
             core::option("sweep_index", choice.index,
                          "which cell, from 0; slurm: the job array's task", "N|slurm")}};
}

void fill_settings(Common& common, const SweepChoice& choice) {
    if (choice.sweep.empty()) {
        if (!choice.index.empty()) refuse("of which sweep? give --sweep FILE, too");
        return common.fill_settings();
    }
    const auto sweep = read_sweep(choice.sweep);
    const auto& cell = chosen_cell(sweep, choice.index);
    common.fill_settings({}, sources(sweep, cell));
    common.settings.sweep = {{"sha256", sweep.sha256},
                             {"index", cell.index},
                             {"cell", cell.name},
                             {"values", named_values(sweep, cell)}};
    auto& output = common.settings.output.output;
    if (!output.empty()) output = (std::filesystem::path(output) / cell.name).string();
}

}  // namespace faultline::cli
