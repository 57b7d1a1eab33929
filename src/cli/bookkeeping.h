#pragma once

#include <faultline/campaign/ledger.h>
#include <faultline/core/json.h>
#include <faultline/evaluation/evaluator.h>

#include <span>
#include <string>

/// What a result tells about how its numbers were made.
namespace faultline::cli {

/// What this process did for one format.
struct Measured {
    std::string format;
    core::Json work;  ///< describe_work
    evaluation::Phases seconds;
    evaluation::MemoryPlan plan;  ///< as it was in the end
};

/// "2026-01-31T12:00:00Z"
std::string utc_now();

/// How trials were made cheaper, and how cheap that was.
core::Json describe_work(const network::Description& network, const evaluation::Settings& settings,
                         const evaluation::Work& work, const evaluation::MemoryPlan& plan);

/// The result's section. Whole passes are the reference's own: there is nothing to check them
/// against.
core::Json describe_verification(const campaign::Checks& checks, evaluation::Method method);

/// The result's section: of the whole campaign, and what this process did of it.
core::Json describe_timing(const std::string& started, const campaign::Ledger& ledger,
                           std::span<const Measured> formats);

}  // namespace faultline::cli
