#pragma once

#include <faultline/report/result.h>

#include <filesystem>

#include "settings.h"

namespace faultline::cli {

/// The folder that a result goes to. A folder that was made for a result that never came goes with
/// this object.
class OutputFolder {
 public:
    /// Makes the folder where it isn't there. Throws core::Error(usage) when files can't be written
    /// there, or when a result is there that may not be overwritten.
    explicit OutputFolder(const OutputSettings& settings);
    ~OutputFolder();
    OutputFolder(const OutputFolder&) = delete;
    OutputFolder& operator=(const OutputFolder&) = delete;

    /// All files or none: what can't be written whole is removed again. The result comes last:
    /// where it is, everything is. Throws core::Error.
    void write(const report::Inputs& inputs) const;

    std::filesystem::path result() const;

 private:
    void clear() const;

    OutputSettings settings_;
    bool made_ = false;
};

}  // namespace faultline::cli
