#pragma once

#include <faultline/campaign/settings.h>
#include <faultline/core/json.h>
#include <faultline/core/options.h>
#include <faultline/dataset/cache.h>
#include <faultline/dataset/settings.h>
#include <faultline/evaluation/evaluator.h>
#include <faultline/network/network.h>

#include <string>
#include <vector>

#include "gate_settings.h"

namespace faultline::cli {

struct OutputSettings {
    std::string output = "faultline-result";  ///< folder
    bool csv = false;
    bool force = false;             ///< start anew, and overwrite a result that is there
    double checkpoint_minutes = 5;  ///< a record is written at least as often (or each run)
    std::string shard;              ///< "2/4": only the second of four shares of the runs
    std::string known;  ///< folder of earlier rounds' merged journal, when a shard goes on
};

/// Everything a config file can hold, and which cell of a sweep that makes.
struct Settings {
    network::Settings network;
    dataset::Settings dataset;
    campaign::Settings campaign;
    evaluation::Settings evaluation;
    OutputSettings output;
    GateSettings gates;
    dataset::CacheSettings cache;
    core::Json sweep;  ///< as the result has it; null without a sweep
};

/// The sections "network", "dataset", "campaign", "evaluation", "output", "gates" and
/// "cache". `settings` must outlive them.
std::vector<core::Section> sections(Settings& settings);

/// Those sections that shape the numbers: what a result echoes.
std::vector<core::Section> echoed_sections(Settings& settings);

/// What `--compat paper` means for images: one of each class, squashed to the network's input, BGR,
/// mean subtraction.
void follow_paper(dataset::Settings& settings);

}  // namespace faultline::cli
