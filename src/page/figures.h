#pragma once

#include <vector>

#include "markup.h"
#include "stored.h"

/// The paper's figures, each of all series that were measured for it; empty without any.
namespace faultline::page {

/// Figure 1: accuracy against the number of errors, or the bit error rate.
Markup errors_figure(const std::vector<Result>& results);

/// Figure 2: accuracy by bit; a panel for each series.
Markup bits_figures(const std::vector<Result>& results);

/// Beside it: what one error does, by bit and direction, and by layer, bit and direction.
Markup strata_figures(const std::vector<Result>& results);

/// Figure 3: accuracy, errors and sensitivity by layer and group; a panel for each series.
Markup layers_figures(const std::vector<Result>& results);

/// The network with its layers filled by resilience; for each result that has such a number.
Markup maps(const std::vector<Result>& results);

}  // namespace faultline::page
