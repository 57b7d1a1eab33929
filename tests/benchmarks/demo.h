#pragma once

#include <string>

#include "support/networks.h"

/// What several benchmarks measure on: the demonstration's network.
namespace faultline::benchmarks {

inline const network::Network& demo() {
    static const auto network =
        tests::load_cpu(std::string(FAULTLINE_ROOT) + "/configs/demo/signs.pt");
    return network;
}

/// All stored numbers of the network as words of 32 bits.
inline fault::Space space(const network::Description& network) {
    std::vector<fault::Extent> extents;
    for (const auto& tensor : network.tensors) {
        extents.push_back({static_cast<std::int32_t>(extents.size()), tensor.element_count(), 32});
    }
    return fault::Space(std::move(extents));
}

}  // namespace faultline::benchmarks
