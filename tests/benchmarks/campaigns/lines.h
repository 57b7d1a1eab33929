#pragma once

#include <faultline/core/json.h>
#include <faultline/evaluation/work.h>
#include <faultline/network/network.h>

#include <span>

#include "contender.h"
#include "passes.h"
#include "trials.h"

/// What is printed, as JSON: first what was measured, then a line for each repetition.
namespace faultline::benchmarks {

/// Steps with their MACs; for each weight tensor the steps that read it and those that depend on
/// these; what the machine is.
core::Json describe(const network::Network& network);

/// Number of trials, and those that are measured as whole passes as [run, point].
core::Json describe(const Trials& trials);

core::Json describe(const Spent& spent);

/// What an evaluator did so far: how often each shortcut served.
core::Json describe(const evaluation::Work& work);

/// Rounded to nanoseconds.
core::Json describe(const StepSeconds& seconds);

/// For each tally, how many images kept golden's class: what another program can count, too.
core::Json unchanged(std::span<const evaluation::Tally> tallies);

}  // namespace faultline::benchmarks
