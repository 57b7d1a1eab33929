#pragma once

#include <faultline/campaign/significance.h>
#include <faultline/campaign/statistics.h>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What became of a network's accuracy under faults.
namespace faultline::campaign {

/// One point of two campaigns on the same images.
struct PointPair {
    std::string key;
    std::int64_t images = 0;
    std::vector<std::int64_t> base;  ///< right answers of each run
    std::vector<std::int64_t> changed;
    bool paired = false;  ///< run by run the same faults
};

/// Golden of two campaigns on the same images, in one format.
struct GoldenPair {
    std::string format;
    std::int64_t images = 0;
    std::int64_t base = 0;    ///< right answers
    std::int64_t lost = 0;    ///< right in base, wrong now
    std::int64_t gained = 0;  ///< wrong in base, right now
};

enum class Finding { worse, better, no_evidence };

/// "worse", "better", "no evidence".
std::string name(Finding finding);

/// new - base, as shares.
struct Change {
    std::string key;
    double base = 0;  ///< means
    double changed = 0;
    double mean = 0;
    Interval interval = {};
    std::string test = {};  ///< "sign flips, exact"
    double p = 1;
    double adjusted_p = 1;  ///< Holm's, over all changes
    Finding finding = Finding::no_evidence;
};

struct ComparisonSettings {
    double confidence = 0.95;
    std::uint64_t seed = 1;  ///< of random rearrangements
};

struct Comparison {
    std::vector<Change> points;  ///< in the order of the pairs
    std::vector<Change> golden;  ///< key "golden/float32"
    /// Nothing could have been found: this is the smallest p that so few runs can come to.
    std::optional<double> least_p;

    bool has(Finding finding) const;
};

/// Tests every pair, golden too, and takes for real what Holm's correction leaves at 1 -
/// confidence. Intervals are each point's own: they aren't widened for their number.
Comparison compare(const std::vector<PointPair>& points, const std::vector<GoldenPair>& golden,
                   const ComparisonSettings& settings);

}  // namespace faultline::campaign
