#include <fmt/format.h>

#include <faultline/core/error.h>
#include <algorithm>
#include <array>
#include <cassert>

#include <faultline/campaign/protection.h>

#include "test_type.h"

namespace faultline::campaign {

namespace {

constexpr std::array<TestType, 4> rows = {{
    {Test::full, "full", full_points, full_trials},
    {Test::indexed, "indexed", indexed_points, indexed_trials},
    {Test::layer, "layer", layer_points, layer_trials},
    {Test::sample, "sample", sample_points, sample_trials},
}};

}  // namespace

std::span<const TestType> test_types() { return rows; }

const TestType& test_type(Test test) {
    const auto found = std::find_if(rows.begin(), rows.end(),
                                    [test](const TestType& type) { return type.test == test; });
    assert(found != rows.end());
    return *found;
}

std::string point_key(const Settings& settings, const std::string& format,
                      const std::string& rest) {
    return fmt::format("{}/{}/{}", name(settings.test), format, rest);
}

fault::Drawing drawing(const Settings& settings) {
    return {settings.bits_per_error, settings.bits_pattern, settings.replacement,
            is_protected(settings) ? fault::Weighting::bits : fault::Weighting::words};
}

void require_room(const Settings& settings, const fault::Space& space, std::int64_t errors,
                  const std::string& what) {
    const auto most = fault::capacity(space, drawing(settings));
    if (static_cast<std::uint64_t>(errors) <= most) return;
    throw core::Error(
        core::Fault::usage,
        fmt::format("{}: {} errors of {} bits each, but the {} numbers chosen are sure to hold "
                    "only {}; ask for fewer errors, or choose more by roles and tensors",
                    what, errors, settings.bits_per_error, space.element_count(), most));
}

}  // namespace faultline::campaign
