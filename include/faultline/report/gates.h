#pragma once

#include <faultline/campaign/gate.h>
#include <faultline/campaign/plan.h>
#include <faultline/core/json.h>
#include <faultline/network/description.h>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// Gates held against a result: the one way for `run`, `merge` and `compare`.
namespace faultline::report {

/// What a gate came to at one key.
struct Verdict {
    campaign::Gate gate;
    std::optional<std::string> key;  ///< nothing where the gate is about none of the result's
    std::optional<double> observed;  ///< nothing where the value is absent or null there
    bool pass = false;
};

/// One verdict for each key that a gate is about, among those of the result's `points`, `groups`
/// and `strata`, in that order, gate by gate. A gate passes at no key of an incomplete campaign,
/// nor where there is no value.
std::vector<Verdict> judge(std::span<const campaign::Gate> gates, const core::Json& result);

/// Throws core::Error(usage) for the first verdict without a key (naming those that are near) or
/// without a value: such a gate asks for nothing.
void require_values(std::span<const Verdict> verdicts, const core::Json& result);

/// A result as a campaign of these plans will have it, with its keys and statistics but no numbers:
/// gates that can't be judged are found with it before anything is measured.
struct Planned {
    campaign::Plan plan;
    network::Description network;
};
core::Json expected_result(std::span<const Planned> formats);

bool all_pass(std::span<const Verdict> verdicts);

/// The result's `gates`.
core::Json verdicts_json(std::span<const Verdict> verdicts);

/// For people: how many passed, then those that didn't with what they came to; nothing without
/// gates.
std::string verdicts_text(std::span<const Verdict> verdicts);

/// "top1.low is 0.4312, >= 0.5 was asked"
std::string told(const Verdict& verdict);

/// The verdict of what is one test in a report.
std::string name_of(const Verdict& verdict);

}  // namespace faultline::report
