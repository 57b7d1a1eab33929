#include <faultline/report/comparison.h>
#include <fmt/format.h>

#include "sections.h"

namespace faultline::report {

namespace {

using campaign::Change;
using campaign::Finding;

core::Json changes_json(const std::vector<Change>& changes) {
    auto json = core::Json::array();
    for (const auto& change : changes) {
        json.push_back(
            {{"key", change.key},
             {"base_mean", real(change.base)},
             {"new_mean", real(change.changed)},
             {"top1_change",
              {{"mean", real(change.mean)}, {"interval", interval_json(change.interval)}}},
             {"test", change.test},
             {"p", real(change.p)},
             {"p_holm", real(change.adjusted_p)},
             {"finding", name(change.finding)}});
    }
    return json;
}

core::Json compared_json(const Compared& compared) {
    return {{"file", compared.file},
            {"campaign_sha256", compared.campaign_sha256},
            {"runs", compared.runs},
            {"own_points", compared.own_points}};
}

std::string told(const Change& change) {
    return fmt::format(
        "top-1 {:.4f}, was {:.4f}: {:+.4f} ({:+.4f} to {:+.4f}), p {:.2g}, Holm {:.2g} ({})",
        change.changed, change.base, change.mean, change.interval.low, change.interval.high,
        change.p, change.adjusted_p, change.test);
}

}  // namespace

core::Json comparison_json(const ComparisonInputs& inputs) {
    const auto& comparison = inputs.comparison;
    return {{"schema_version", schema_version},
            {"kind", "comparison"},
            {"pass", inputs.passes()},
            {"base", compared_json(inputs.base)},
            {"new", compared_json(inputs.changed)},
            {"confidence", real(inputs.settings.confidence)},
            {"seed", inputs.settings.seed},
            {"correction", "holm"},
            {"gates_only", inputs.gates_only},
            {"paired_points", inputs.paired_points},
            {"paired_runs", inputs.paired_runs},
            {"least_p", comparison.least_p ? real(*comparison.least_p) : core::Json()},
            {"points", changes_json(comparison.points)},
            {"golden", changes_json(comparison.golden)},
            {"gates", verdicts_json(inputs.gates)}};
}

std::vector<TestCase> comparison_tests(const ComparisonInputs& inputs) {
    auto cases = test_cases(inputs.gates);
    for (const auto* list : {&inputs.comparison.points, &inputs.comparison.golden})
        for (const auto& change : *list)
            cases.push_back({"point", change.key, told(change),
                             inputs.gates_only || change.finding != Finding::worse});
    return cases;
}

}  // namespace faultline::report
