#pragma once

#include <faultline/fault/location.h>
#include <cstdint>
#include <vector>

namespace faultline::evaluation {

/// The faults present while one point of one run is measured.
struct Trial {
    static constexpr std::int32_t golden = -1;

    std::int32_t parent =
        golden;  ///< place in the same list of the trial whose faults stay, always earlier
    std::vector<fault::Effect>
        added;  ///< in the order they strike; a later one sees the words the earlier ones left

    bool operator==(const Trial&) const = default;
};

/// All effects of `trials[index]`: its ancestors' first.
std::vector<fault::Effect> effects(const std::vector<Trial>& trials, std::int32_t index);

}  // namespace faultline::evaluation
