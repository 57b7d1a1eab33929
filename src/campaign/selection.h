#pragma once

#include <faultline/campaign/settings.h>
#include <faultline/network/description.h>
#include <string>
#include <vector>

namespace faultline::campaign {

/// `*`, `?` and `[...]` as the shell reads them; a dot is a character like any other.
bool matches(const std::string& pattern, const std::string& name);

/// "a, b, c" or "a, b, c, ... (53 in all)".
std::string first_names(const std::vector<std::string>& names);

/// By role and by name.
bool chosen(const Settings& settings, const network::WeightTensor& tensor);

/// Throws Error(usage), naming what there is, for an unknown role, buffers that the network doesn't
/// list, and when no tensor is chosen.
void require_selection(const Settings& settings, const network::Description& network);

}  // namespace faultline::campaign
