#include <faultline/campaign/shard.h>
#include <faultline/core/error.h>
#include <fmt/format.h>

#include <charconv>
#include <cstdint>

namespace faultline::campaign {

Shard parse_shard(const std::string& text) {
    if (text.empty()) return {};
    Shard shard;
    const auto* end = text.data() + text.size();
    const auto index = std::from_chars(text.data(), end, shard.index);
    const bool slash = index.ec == std::errc{} && index.ptr != end && *index.ptr == '/';
    if (slash) {
        const auto count = std::from_chars(index.ptr + 1, end, shard.count);
        if (count.ec == std::errc{} && count.ptr == end && 1 <= shard.index &&
            shard.index <= shard.count) {
            return shard;
        }
    }
    throw core::Error(core::Fault::usage,
                      fmt::format("shard: '{}' is not one of 1/N, 2/N, ..., N/N", text));
}

Runs share(const Shard& shard, const Runs& runs) {
    const auto until = [&](std::int64_t index) {
        return static_cast<int>(runs.count * index / shard.count);
    };
    const int first = until(shard.index - 1);
    return {runs.first + first, until(shard.index) - first};
}

}  // namespace faultline::campaign
