#pragma once

#include <faultline/core/json.h>
#include <faultline/evaluation/tally.h>
#include <faultline/network/clip.h>
#include <faultline/quantization/pass_times.h>

#include <string>
#include <vector>

namespace faultline::cli {

/// What `faultline harden` found out and did.
struct HardeningReport {
    network::Description network;  ///< which was hardened
    network::Hardening hardening;
    core::Json calibration;  ///< describe_images
    std::vector<network::Clip> clips;
    std::vector<std::string> operations;  ///< whose output each clip keeps within its range
    evaluation::Tally before, after;      ///< golden; after beside the scores before
    bool other_images = false;            ///< they were measured on others than calibration's
    double margin = 0;                    ///< so far may the top-1 share fall
    quantization::PassTimes times;

    std::int64_t element_count() const;  ///< for one image, of all clips
    double drop() const;                 ///< of the top-1 share
    bool within_margin() const;
};

/// {"kind", "model_sha256", "hardening", "calibration", "points", "macs", "golden", "timing"}.
core::Json hardening_json(const HardeningReport& report);

/// A line a clip point, then golden accuracy and cost.
std::string hardening_text(const HardeningReport& report);

}  // namespace faultline::cli
