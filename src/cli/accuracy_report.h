#pragma once

#include <faultline/core/json.h>
#include <faultline/evaluation/tally.h>

#include <string>

/// How the accuracy of a changed network is told beside that of the network it was made from.
namespace faultline::cli {

/// The same images twice: answers that changed sides.
struct Change {
    std::int64_t lost = 0, gained = 0;
};

/// `after` was compared with the very scores that `before` counts.
inline Change change_of(const evaluation::Tally& before, const evaluation::Tally& after) {
    return {after.critical, after.top1 - (before.top1 - after.critical)};
}

/// {"images", "top1", "top5", "nonfinite", "top1_interval"}.
core::Json accuracy_json(const evaluation::Tally& tally);

/// "before top-1 ..."; a line.
std::string accuracy_line(const std::string& when, const evaluation::Tally& tally);

/// How many points were lost, with an interval over the choice of images; a line.
std::string drop_line(const evaluation::Tally& before, const evaluation::Tally& after);

}  // namespace faultline::cli
