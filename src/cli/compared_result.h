#pragma once

#include <faultline/campaign/comparison.h>
#include <faultline/core/json.h>
#include <faultline/core/stored_value.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace faultline::cli {

/// A campaign's result that somebody may have changed, read to be compared. Its JSON lives as long.
class ComparedResult {
 public:
    /// Throws core::Error(input) for what is no result of a complete campaign as this program
    /// writes them.
    explicit ComparedResult(const std::string& given);

    const std::filesystem::path& file() const { return file_; }
    const core::Json& json() const { return json_; }
    core::StoredValue value() const { return {file_.string(), json_}; }

 private:
    std::filesystem::path file_;
    core::Json json_;
};

/// One run of one point.
struct ComparedTrial {
    std::int64_t right = 0;  ///< top-1
    std::string faults;      ///< a hash of where they strike and of their masks; empty: not read
};

/// One point, by run.
struct ComparedPoint {
    std::string key;
    std::map<std::uint64_t, ComparedTrial> runs;
};

/// The points in the result's order. `with_faults` reads the fault list, which must lie beside.
std::vector<ComparedPoint> compared_points(const ComparedResult& result, bool with_faults);

/// Images, labels, preprocessing, the network's tensors, the fault model and whatever else decides
/// what a point means are the same. Throws core::Error(input) naming what differs, with both
/// values.
void require_comparable(const ComparedResult& base, const ComparedResult& changed);

}  // namespace faultline::cli
