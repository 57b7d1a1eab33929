#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "support/networks.h"

/// Networks that are too large to ship: the three real ones of ../shared/data, and every file of
/// the folder named by FAULTLINE_NETWORKS (scripts/check_networks.sh makes one).
namespace faultline::tests {

struct RealNetwork {
    std::filesystem::path path;
    int size;
};

inline int image_size(const std::string& name) {
    if (name.find("cifar") != std::string::npos) return 32;
    return name.find("bvlc_alexnet") != std::string::npos ||
                   name.find("squeezenet_v1.1") != std::string::npos
               ? 227
               : 224;
}

inline std::vector<RealNetwork> real_networks() {
    std::vector<RealNetwork> networks;
    for (const char* name : {"squeezenet_v1.1.pt", "googlenet_bvlc.pt", "resnet20_cifar10.pt"}) {
        const auto path = real_data() / "models" / name;
        if (std::filesystem::exists(path)) networks.push_back({path, image_size(name)});
    }
    if (const char* folder = std::getenv("FAULTLINE_NETWORKS")) {
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            if (entry.path().extension() == ".pt")
                networks.push_back({entry.path(), image_size(entry.path().filename())});
        }
    }
    std::sort(networks.begin(), networks.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    return networks;
}

inline network::Network load_real(const RealNetwork& real) {
    auto network = load_cpu(real.path);
    network.measure_shapes({3, real.size, real.size});
    return network;
}

}  // namespace faultline::tests
