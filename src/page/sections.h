#pragma once

#include <vector>

#include "markup.h"
#include "stored.h"

/// The page's sections in words.
namespace faultline::page {

/// One sentence for each series that can be quoted as it stands, with size and margin.
Markup verdicts(const std::vector<Result>& results);

/// What was measured, on what, and how to measure it again.
Markup provenance(const std::vector<Result>& results);

/// What protecting the memory would cost and leave; empty for results that don't tell.
Markup guideline(const std::vector<Result>& results);

}  // namespace faultline::page
