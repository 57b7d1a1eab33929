#pragma once

#include <faultline/core/json.h>
#include <faultline/network/weight_statistics.h>

#include <string>

namespace faultline::cli {

/// What a network is made of, for people. What only an image tells (shapes, classes,
/// multiply-accumulates) is left out or "-" until the network's shapes were measured.
std::string inspection_text(const network::Network& network,
                            const network::WeightStatistics& statistics);

/// The same for programs; what is unknown is null.
core::Json inspection_json(const network::Network& network,
                           const network::WeightStatistics& statistics);

/// Without buffers.
std::int64_t parameter_count(const network::Layer& layer, const network::Description& description);

/// All step outputs of one image; 0 when shapes are unknown.
std::int64_t value_bytes(const network::Description& description);

}  // namespace faultline::cli
