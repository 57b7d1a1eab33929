#pragma once

#include <CLI/CLI.hpp>

#include <functional>

#include "exit_code.h"

namespace faultline::cli {

/// What a subcommand does once its flags are parsed.
using Action = std::function<ExitCode()>;

// Each adds its flags to `app` and returns its action.
Action add_run(CLI::App& app);
Action add_evaluate(CLI::App& app);
Action add_inspect(CLI::App& app);
Action add_merge(CLI::App& app);
Action add_selftest(CLI::App& app);
Action add_replay(CLI::App& app);
Action add_quantize(CLI::App& app);
Action add_harden(CLI::App& app);
Action add_sweep(CLI::App& app);
Action add_compare(CLI::App& app);
Action add_collect(CLI::App& app);
Action add_risk(CLI::App& app);
Action add_plan(CLI::App& app);
Action add_report(CLI::App& app);

}  // namespace faultline::cli
