#pragma once

#include <string>
#include <vector>

#include "draft.h"

namespace faultline::network {

/// Folds each batch-norm that directly follows a convolution or linear layer into that layer's
/// weight and bias (which it gets when it has none); the names of those batch-norms. Left alone are
/// those that follow something else, or a layer whose output or weight is used elsewhere too.
std::vector<std::string> fold(Draft& draft);

}  // namespace faultline::network
