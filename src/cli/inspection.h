#pragma once

#include <faultline/core/json.h>
#include <faultline/network/weight_statistics.h>

#include <string>

namespace faultline::cli {

std::string inspection_text(const network::Network& network,
                            const network::WeightStatistics& statistics);
core::Json inspection_json(const network::Network& network,
                           const network::WeightStatistics& statistics);

}  // namespace faultline::cli
