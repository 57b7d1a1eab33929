#include "output.h"

#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <faultline/core/hash.h>
#include <fmt/format.h>

namespace faultline::cli {
namespace fs = std::filesystem;

OutputFolder::OutputFolder(const OutputSettings& settings) : settings_(settings) {
    if (settings.output.empty()) {
        throw core::Error(core::Fault::usage, "--output: give a folder for the result");
    }
    std::error_code ignored;
    made_ = !fs::exists(settings.output, ignored);
    core::require_writable_folder(settings.output);
    if (settings.force || !fs::exists(result())) return;
    throw core::Error(
        core::Fault::usage,
        fmt::format("{} is there already; give another --output, or --force to overwrite it",
                    result().string()));
}

OutputFolder::~OutputFolder() {
    std::error_code ignored;
    if (made_) fs::remove(settings_.output, ignored);  // which removes no folder that holds files
}

fs::path OutputFolder::result() const { return fs::path(settings_.output) / report::result_file; }

void OutputFolder::clear() const {
    for (const auto file : {report::result_file, report::faults_file, report::points_file}) {
        std::error_code ignored;
        fs::remove(fs::path(settings_.output) / file, ignored);
    }
}

void OutputFolder::write(const report::Inputs& inputs) const {
    const fs::path folder = settings_.output;
    const auto faults = report::faults_csv(inputs);
    const auto json = core::to_text(report::result(inputs, core::sha256(faults)));
    clear();  // an older result's files would pass for this one's
    try {
        core::write_file(folder / report::faults_file, faults);
        if (settings_.csv) {
            core::write_file(folder / report::points_file, report::points_csv(inputs));
        }
        core::write_file(result(), json);
    } catch (...) {
        clear();
        throw;
    }
}

}  // namespace faultline::cli
