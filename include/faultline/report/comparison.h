#pragma once

#include <faultline/campaign/comparison.h>
#include <faultline/core/json.h>
#include <faultline/report/tests.h>
#include <string>
#include <vector>

/// Two campaigns side by side, as bytes.
namespace faultline::report {

/// One of the two.
struct Compared {
    std::string file;
    std::string campaign_sha256;
    std::int64_t runs = 0;
    std::vector<std::string> own_points;  ///< that the other one hasn't
};

struct ComparisonInputs {
    Compared base, changed;
    campaign::ComparisonSettings settings = {};
    campaign::Comparison comparison = {};
    std::size_t paired_points = 0;
    std::size_t paired_runs = 0;    ///< of the first paired point
    std::string why_unpaired = {};  ///< where some points aren't paired
    std::vector<Verdict> gates = {};
    bool gates_only = false;  ///< what is significant decides nothing

    /// Whether the new one passes.
    bool passes() const;
};

/// For people: how points were compared, the changes with the worst first, gates, and the verdict.
std::string comparison_text(const ComparisonInputs& inputs);

/// configs/schema/comparison.schema.json
core::Json comparison_json(const ComparisonInputs& inputs);

/// Gates, then points and golden: these fail where they are worse and that decides.
std::vector<TestCase> comparison_tests(const ComparisonInputs& inputs);

}  // namespace faultline::report
