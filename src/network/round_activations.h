#pragma once

#include <faultline/network/rewrite.h>

#include "draft.h"

namespace faultline::network {

/// Puts rounding around the draft's layers, as with_formats says. `tree` is that of the network the
/// draft was made from; `formats` are one for each of its layers.
void round_activations(Draft& draft, const ModuleTree& tree, std::span<const LayerFormats> formats);

}  // namespace faultline::network
