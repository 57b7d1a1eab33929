#pragma once

#include <faultline/number/dynamic_fixed_point.h>
#include <faultline/number/fixed_point.h>
#include <faultline/number/float32.h>

#include <string>
#include <variant>

namespace faultline::number {

/// How the numbers of one tensor are stored. Each format has encode, decode and role.
using Format = std::variant<Float32, FixedPoint>;

/// How a user wants a network's numbers stored: a format for all tensors, or one to be completed
/// for each.
using FormatRequest = std::variant<Float32, FixedPoint, DynamicFixedPoint>;

/// The name in flags, JSON and point keys: "float32"; "fixed8" (the fraction is chosen for each
/// tensor); "fixed8:f7" and "fixed8:f-2" (so many fraction bits); ":sign-magnitude" at the end when
/// it isn't two's complement.
std::string name(const Format& format);
std::string name(const FormatRequest& request);

/// The inverse of `name`. Also takes "fixed8:dynamic" for "fixed8", and what follows the width in
/// either order. Throws Error(usage) naming the text, what is wrong and the formats there are.
FormatRequest parse(const std::string& text);

/// Bits of a stored word.
int bit_count(const Format& format);
int bit_count(const FormatRequest& request);

/// `bit` must be in [0, bit_count(format) - 1].
Role role(const Format& format, int bit);

}  // namespace faultline::number
