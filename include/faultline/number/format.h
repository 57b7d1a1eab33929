#pragma once

#include <faultline/number/float32.h>

#include <string>
#include <variant>

namespace faultline::number {

/// How a number is stored. Each format has encode, decode, bit_count and role.
using Format = std::variant<Float32>;

/// "float32". Also the name in flags, JSON and point keys.
std::string name(const Format& format);
/// Throws Error(usage) naming the text and the formats there are.
Format parse(const std::string& text);
int bit_count(const Format& format);

}  // namespace faultline::number
