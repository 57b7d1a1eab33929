#pragma once

#include <faultline/fault/location.h>

#include <cstddef>
#include <cstdint>
#include <span>
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
inline std::vector<fault::Effect> effects(std::span<const Trial> trials, std::int32_t index) {
    std::vector<const Trial*> ancestors;
    for (; index != Trial::golden; index = ancestors.back()->parent)
        ancestors.push_back(&trials[static_cast<std::size_t>(index)]);
    std::vector<fault::Effect> all;
    for (auto trial = ancestors.rbegin(); trial != ancestors.rend(); ++trial)
        all.insert(all.end(), (*trial)->added.begin(), (*trial)->added.end());
    return all;
}

}  // namespace faultline::evaluation
