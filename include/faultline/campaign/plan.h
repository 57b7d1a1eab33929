#pragma once

#include <faultline/campaign/settings.h>
#include <faultline/evaluation/trial.h>
#include <faultline/fault/space.h>
#include <faultline/network/description.h>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What a campaign will do, decided before anything is measured.
namespace faultline::campaign {

/// One x-value of a test.
struct Point {
    std::string key;                 ///< "full/float32/errors=50", "indexed/float32/bit=30",
                                     ///< "layer/float32/features.3.squeeze"
    std::int64_t errors = 0;         ///< present while it is measured
    std::optional<int> bit;          ///< indexed
    std::optional<int> layer;        ///< layer-wise: place in the description's list of layers
    std::uint64_t exposed_bits = 0;  ///< of all stored bits an error could meet

    bool operator==(const Point&) const = default;
};

struct Plan {
    Settings settings;
    std::vector<Point> points;
    std::uint64_t exposed_bits = 0;  ///< of the whole space
    std::vector<bool> in_space;      ///< for each weight tensor
};

/// The space of all sites in tensors chosen by role and name pattern, of one layer when `layer` is
/// given.
fault::Space space(const Settings& settings, const network::Description& network,
                   std::optional<int> layer = {});

/// Throws Error(usage) before any work: nothing selected by roles or patterns (what there is gets
/// named), bits beyond the format, error counts beyond the space or not rising, an unknown role, a
/// format that is unknown or can't be measured yet.
Plan plan(const Settings& settings, const network::Description& network);

/// The trials of run `run` (from 0), one for each point, in the points' order. A pure function of
/// its arguments.
std::vector<evaluation::Trial> trials(const Plan& plan, const network::Description& network,
                                      int run);

/// Choices that a reader of the numbers must know: what is taken for granted.
std::vector<std::string> assumptions(const Plan& plan);

/// What the numbers don't cover, with what so many runs can't exclude.
std::vector<std::string> limitations(const Plan& plan);

}  // namespace faultline::campaign
