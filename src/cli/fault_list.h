#pragma once

#include <faultline/campaign/plan.h>
#include <faultline/evaluation/injection.h>

#include <vector>

namespace faultline::cli {

/// All runs' trials, and what the effects they add do to the words: the explicit fault list.
struct FaultList {
    std::vector<std::vector<evaluation::Trial>> trials;                          ///< [run][point]
    std::vector<std::vector<std::vector<evaluation::WordChange>>> changes = {};  ///< ... [effect]
};

/// What the effects that `trials[index]` adds change, after its ancestors' have struck.
std::vector<evaluation::WordChange> added_changes(const std::vector<evaluation::Trial>& trials,
                                                  std::size_t index,
                                                  evaluation::GoldenWords& words);

/// Of the plan's runs up to `run_count`. Throws Interrupted when a signal has come.
FaultList list_faults(const campaign::Plan& plan, const network::Network& network, int run_count);

}  // namespace faultline::cli
