#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace faultline::core {

/// Keeps the order in which keys were added.
using Json = nlohmann::ordered_json;

/// Parses foreign text. Throws Error(usage) naming `source` for a syntax error (with line and
/// column), a duplicate key (named), more than 64 levels of nesting, an object of more than 10,000
/// keys, or trailing text. Comments (//) are allowed.
Json parse_json(std::string_view text, const std::string& source);

/// What a file of settings may have.
inline constexpr std::uint64_t json_limit_bytes = 16U << 20U;

/// parse_json of a file of at most `limit_bytes`.
Json read_json(const std::filesystem::path& path, std::uint64_t limit_bytes = json_limit_bytes);

/// The first value that differs, as "path/of/keys: was, now is"; empty when nothing does.
std::string first_difference(const Json& was, const Json& is);

/// Text with 1-space indent and a final newline. Bytes that are not UTF-8 (file names) are replaced
/// by U+FFFD rather than thrown upon. Doubles are printed so that they read back the same.
std::string to_text(const Json& json);

}  // namespace faultline::core
