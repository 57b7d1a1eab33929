#include <faultline/network/weight_statistics.h>

#include <ATen/ATen.h>

namespace faultline::network {

WeightStatistics weight_statistics(const Network& network) {
    constexpr int exponent_shift = 23;
    WeightStatistics statistics;
    const auto& tensors = network.description().tensors;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const auto weight = network.weight(static_cast<int>(i));
        statistics.size_bytes += static_cast<std::int64_t>(weight.nbytes());
        if (tensors[i].role == Role::buffer) continue;
        const auto host = weight.to(at::kCPU).contiguous();
        const auto* words = static_cast<const std::uint32_t*>(host.data_ptr());
        for (std::int64_t place = 0; place < host.numel(); ++place) {
            ++statistics.exponent_counts[(words[place] >> exponent_shift) & 0xffU];
        }
    }
    return statistics;
}

}  // namespace faultline::network
