#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Many answers of yes or no as text.
namespace faultline::core {

/// Two lower-case hexadecimal digits a byte; bit i % 8 of byte i / 8 is number i, unused ones are
/// 0.
std::string to_hex(const std::vector<bool>& bits);

/// The first `count` bits. Throws Error(integrity) for what isn't a bitmap of so many.
std::vector<bool> bits_of(std::string_view hex, std::size_t count);

}  // namespace faultline::core
