#pragma once

#include <vector>

#include "content.h"
#include "source.h"

namespace faultline::archive {

/// check() of a source, with a look at what its entries expand to, in the file's order.
std::vector<Entry> check(const Source& source, const Limits& limits, const See& see);

}  // namespace faultline::archive
