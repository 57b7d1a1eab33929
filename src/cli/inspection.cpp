#include "inspection.h"

#include <functional>
#include <numeric>

namespace faultline::cli {

std::int64_t parameter_count(const network::Layer& layer, const network::Description& description) {
    std::int64_t count = 0;
    for (const int tensor : layer.tensors) {
        const auto& weight = description.tensors[static_cast<std::size_t>(tensor)];
        if (weight.role != network::Role::buffer) count += weight.element_count();
    }
    return count;
}

std::int64_t value_bytes(const network::Description& description) {
    std::int64_t size = 0;
    for (const auto& node : description.nodes) {
        if (node.shape.empty()) continue;
        size += 4 * std::accumulate(node.shape.begin(), node.shape.end(), std::int64_t{1},
                                    std::multiplies<>());
    }
    return size;
}

}  // namespace faultline::cli
