#pragma once

#include <faultline/campaign/execute.h>
#include <faultline/core/json.h>
#include <faultline/evaluation/evaluator.h>

#include <span>
#include <string>

/// What a result tells about how its numbers were made.
namespace faultline::cli {

/// One format's campaign, done.
struct Measured {
    campaign::Outcome outcome;
    evaluation::Work work;
    evaluation::MemoryPlan plan;  ///< as it was in the end
    evaluation::Settings settings;
    double seconds = 0;

    /// The reference's own passes: there is nothing they could be checked against.
    bool whole() const { return settings.method == evaluation::Method::whole; }
};

/// "2026-01-31T12:00:00Z"
std::string utc_now();

/// The result's sections: verification and timing of all formats together, work of one.
core::Json describe_verification(std::span<const Measured> formats);
core::Json describe_timing(const std::string& started, std::span<const Measured> formats);
core::Json describe_work(const network::Description& network, const Measured& measured);

}  // namespace faultline::cli
