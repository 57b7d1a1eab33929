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

}  // namespace faultline::benchmarks
