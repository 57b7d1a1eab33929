#pragma once

#include <faultline/evaluation/confusion.h>

#include <cstdint>
#include <vector>

/// What an evaluator did, for the record.
namespace faultline::evaluation {

/// How often what must hold was looked at.
struct InjectionChecks {
    std::int64_t words_read_back = 0;
    std::int64_t words_restored = 0;

    InjectionChecks& operator+=(const InjectionChecks& other) {
        words_read_back += other.words_read_back;
        words_restored += other.words_restored;
        return *this;
    }
};

/// Time by phase, in seconds.
struct Phases {
    double golden = 0;  ///< normalising, golden passes
    double probe = 0;   ///< proving which shortcuts are exact here
    double trials = 0;
    double verify = 0;  ///< trials measured again by the reference
};

/// How often a layer's faults were evaluated which way: trial x block.
struct LayerTiers {
    std::int64_t full = 0;         ///< the whole layer was computed
    std::int64_t block = 0;        ///< only the block of output channels that holds the faults
    std::int64_t block_width = 0;  ///< channels of such a block; 0: none is exact on this device

    bool operator==(const LayerTiers&) const = default;
};

struct Work {
    std::int64_t macs_done = 0;
    std::int64_t macs_whole = 0;      ///< what passes over the whole network would have taken
    std::int64_t trials = 0;          ///< trial x block
    std::int64_t trials_checked = 0;  ///< ... by the reference
    std::int64_t images = 0;          ///< trial x image
    std::int64_t images_dropped = 0;  ///< ... found to be the parent's again on the way
    std::int64_t images_stacked = 0;  ///< ... finished in a batch shared with other trials
    std::vector<LayerTiers> layers;   ///< as the description's; empty for whole passes
    InjectionChecks checks;
    Confusion confusion;             ///< of all trials, where it was asked for
    std::vector<bool> golden_right;  ///< of each image of the last block
    Phases seconds;
};

}  // namespace faultline::evaluation
