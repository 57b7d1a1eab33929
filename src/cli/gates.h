#pragma once

#include <faultline/campaign/gate.h>
#include <faultline/core/json.h>
#include <faultline/report/tests.h>

#include <span>
#include <string>
#include <vector>

#include "exit_code.h"
#include "gate_settings.h"
#include "stored_networks.h"

namespace faultline::cli {

/// Throws core::SyntaxError, and core::Error(usage) for a report's file in a folder that isn't
/// there.
std::vector<campaign::Gate> read_gates(const GateSettings& settings);

/// Before anything is measured: throws core::Error(usage) for a gate that will be about no point,
/// or about a value that there won't be. A test that makes strata is left alone, since only its
/// result says which.
void require_judgeable(std::span<const campaign::Gate> gates, std::span<const campaign::Plan> plans,
                       const StoredNetworks& networks);

/// Writes the files that are asked for.
void write_tests(const GateSettings& settings, const std::string& title,
                 std::span<const report::TestCase> cases);

/// The gates held against a campaign's result, which says so itself: told on stdout, written where
/// asked for. Throws core::Error(usage) as report::require_values.
ExitCode settle_gates(const GateSettings& settings, std::span<const campaign::Gate> gates,
                      const core::Json& result);

}  // namespace faultline::cli
