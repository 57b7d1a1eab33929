#pragma once

#include <faultline/campaign/settings.h>
#include <faultline/core/options.h>
#include <faultline/dataset/settings.h>
#include <faultline/evaluation/evaluator.h>
#include <faultline/network/network.h>

#include <string>
#include <vector>

namespace faultline::benchmarks {

/// What is measured, how often, and where the rest of the world finds it.
struct Measuring {
    std::string output = "benchmark";  ///< folder for fault lists and images
    std::vector<std::string> tests = {"full", "indexed", "layer"};
    int full_runs = 10;
    int indexed_runs = 1;
    int layer_runs = 2;
    int whole_trials = 5;  ///< of each test, spread over its trials
    int repetitions = 5;
    int blocks = 1;          ///< of `batch` images; whole passes see the first only
    int image_size = 224;    ///< of drawn images, where the dataset names none
    bool plain_tier = true;  ///< resume once more without block, drop and stack
    bool paced = false;      ///< wait for a line on standard input before each repetition
};

/// A config of the tool (what is left out has the tool's own default), and section "benchmark".
struct Settings {
    network::Settings network;
    dataset::Settings dataset;
    campaign::Settings campaign;
    evaluation::Settings evaluation;
    Measuring measuring;
};

/// Throws core::Error for a file that isn't such a config, or without batch and threads.
Settings read_settings(const std::string& path);

}  // namespace faultline::benchmarks
