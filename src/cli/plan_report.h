#pragma once

#include <faultline/campaign/budget.h>
#include <faultline/campaign/sample_size.h>
#include <faultline/core/json.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cost_probe.h"

namespace faultline::cli {

/// Sites of one kind, and how many one-error trials they need.
struct SampledPart {
    std::string name;
    std::uint64_t sites = 0;
    std::uint64_t trials = 0;
};

struct SamplePlan {
    std::string format;
    campaign::Precision precision;
    SampledPart whole;
    std::vector<SampledPart> layers;
    std::vector<SampledPart> bits;
};

/// What the campaign will take, and how its time is spent best.
struct BudgetPlan {
    Probed probed;
    std::int64_t images = 0;
    int runs = 0;        ///< the campaign's
    double seconds = 0;  ///< ... on all images
    double budget_seconds = 0;
    std::string point;  ///< whose runs scatter most
    campaign::Scatter scatter;
    std::vector<campaign::Split> splits;  ///< for that point
    std::size_t best = 0;
    std::string command;  ///< that makes the best split; without flags of the split itself
};

std::string plan_text(const SamplePlan& sample, const std::optional<BudgetPlan>& budget);
core::Json plan_json(const SamplePlan& sample, const std::optional<BudgetPlan>& budget);

/// The command for one split.
std::string split_command(const BudgetPlan& budget, const campaign::Split& split);

}  // namespace faultline::cli
