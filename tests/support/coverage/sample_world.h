#pragma once

#include <faultline/campaign/settings.h>

#include <cstdint>
#include <string>

#include "simulation.h"

/// The sample test from its draws to its intervals, on a made-up network whose every site's effect
/// is known.
namespace faultline::campaign {

/// How a campaign draws.
struct SampleDesign {
    Sampling sampling = Sampling::plain;
    bool allocate = false;
    int runs = 0;
};

/// Coverage of the whole space's chance of "critical", and of that of bit 30, 0 -> 1, alone (where
/// no trial met it: held).
struct SampleCoverage {
    Held total;
    Held top_bit;
};

/// Two layers of 952 numbers in all. Most flips of bit 30 upwards lose no image or all, some of bit
/// 25 lose a third, one in 200 of all others loses all.
SampleCoverage simulate_sample(const SampleDesign& design, int repetitions);

}  // namespace faultline::campaign
