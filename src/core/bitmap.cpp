#include <faultline/core/bitmap.h>
#include <faultline/core/error.h>
#include <fmt/format.h>

#include <charconv>
#include <cstdint>

namespace faultline::core {

std::string to_hex(const std::vector<bool>& bits) {
    std::vector<std::uint8_t> bytes((bits.size() + 7) / 8);
    for (std::size_t i = 0; i < bits.size(); ++i)
        if (bits[i]) bytes[i / 8] = static_cast<std::uint8_t>(bytes[i / 8] | 1U << i % 8);
    std::string text;
    for (const auto byte : bytes) text += fmt::format("{:02x}", byte);
    return text;
}

std::vector<bool> bits_of(std::string_view hex, std::size_t count) {
    const auto refuse = [&] {
        throw Error(Fault::integrity,
                    fmt::format("'{}' is no bitmap of {} bits", hex.substr(0, 40), count));
    };
    if (hex.size() != (count + 7) / 8 * 2) refuse();
    std::vector<bool> bits;
    for (std::size_t i = 0; i < count; ++i) {
        const auto* first = hex.data() + i / 8 * 2;
        std::uint8_t byte = 0;
        if (std::from_chars(first, first + 2, byte, 16).ptr != first + 2) refuse();
        bits.push_back((byte >> i % 8 & 1U) != 0);
    }
    return bits;
}

}  // namespace faultline::core
