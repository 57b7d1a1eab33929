#pragma once

#include <vector>

#include "simulation.h"

namespace faultline::campaign {

/// A run is dead with this probability, and then right on about a tenth of the images.
World dead_runs(double share);
/// A value is 1 with this probability, else 0.
World ones(double share);
World near_one_value();  ///< accuracies that hardly vary
World evenly_spread();   ///< uniform over [0, 1]
World rarely_extreme();  ///< nearly always next to the truth, seldom far off
std::vector<World> run_worlds();

/// Images that go from right to wrong (1), from wrong to right (-1), or neither (0).
World changed_images(double lost, double gained);

/// Trials drawn from three strata of bits more or less often than they occur, weighted back:
/// (W / q) (Y - g) + sum W g, where g is what the stratum's earlier trials came to.
World weighted_strata();
World weighted_strata_without_guess();  ///< g = 0

/// Each run draws its own `images` of 10,000, without replacement; dead runs are a tenth.
World fresh_images(int images);

/// Runs drawn again from those of a reference, of which each was right on so many of `all` images;
/// a run is measured on `images` of them, drawn without replacement.
World drawn_again(const std::vector<std::int64_t>& right, std::int64_t all, std::int64_t images);

}  // namespace faultline::campaign
