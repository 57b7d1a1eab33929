#pragma once

#include <faultline/core/stored_value.h>

#include <cstdint>
#include <string>
#include <vector>

namespace faultline::cli {

/// A run after so many errors.
struct StoredStep {
    std::int64_t errors = 0;
    std::int64_t top1 = 0;  ///< right images
};

/// One format of a full test.
struct StoredRuns {
    std::string format;
    std::uint64_t exposed_bits = 0;
    std::int64_t images = 0;
    std::int64_t golden_top1 = 0;
    std::vector<std::vector<StoredStep>> runs;  ///< errors never fall within one
};

/// A full test's runs, format by format. How many errors a trial has is counted along its parents.
/// Throws core::Error(input) for another test, for a result without runs, for runs that weren't
/// measured on golden's images, and for what isn't as a result has it.
std::vector<StoredRuns> stored_runs(const core::StoredValue& result);

}  // namespace faultline::cli
