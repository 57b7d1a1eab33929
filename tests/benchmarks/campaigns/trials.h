#pragma once

#include <faultline/campaign/plan.h>
#include <faultline/evaluation/trial.h>
#include <faultline/network/network.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "settings.h"

namespace faultline::benchmarks {

/// All trials of one test type's runs, and those of them that are measured as whole passes.
struct Trials {
    std::string test;
    campaign::Plan plan;
    std::vector<evaluation::Trial> all;       ///< run after run, a run's points in order
    std::vector<std::int32_t> sampled;        ///< places in `all`, rising, spread evenly
    std::vector<evaluation::Trial> as_whole;  ///< the sampled ones, each with all its faults
};

/// Throws core::Error for an unknown test type.
Trials draw_trials(const Settings& settings, const network::Network& network,
                   const std::string& test);

/// Writes the fault list of every run: faults.csv as a campaign has it.
void write_faults(const Trials& trials, const network::Network& network,
                  const std::filesystem::path& path);

}  // namespace faultline::benchmarks
