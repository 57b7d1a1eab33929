#pragma once

#include <faultline/dataset/dataset.h>

#include <string>
#include <vector>

namespace faultline::dataset {

/// one_per_class, then first; the order stays. The image of class c is drawn from cell
/// (subset_seed; draw c) of the generator, so it doesn't depend on the other classes.
std::vector<Item> select(const std::vector<Item>& items, const Settings& settings);

std::string describe_selection(const Settings& settings);

}  // namespace faultline::dataset
