#include "flag_text.h"

#include <fmt/format.h>

#include <vector>

namespace faultline::cli {
namespace {

std::string scalar_text(const core::Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

/// The end (exclusive) of the row of whole numbers, each one more than the one before, that starts
/// at `first`.
std::size_t row_end(const core::Json& list, std::size_t first) {
    auto end = first + 1;
    while (end < list.size() && list[end].is_number_integer() &&
           list[end - 1].is_number_integer() &&
           list[end].get<std::int64_t>() == list[end - 1].get<std::int64_t>() + 1) {
        ++end;
    }
    return end;
}

std::string list_text(const core::Json& list) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < list.size();) {
        const auto end = row_end(list, i);
        if (end - i > 2) {
            parts.push_back(fmt::format("{}-{}", scalar_text(list[i]), scalar_text(list[end - 1])));
            i = end;
        } else {
            parts.push_back(scalar_text(list[i++]));
        }
    }
    return fmt::format("{}", fmt::join(parts, ","));
}

}  // namespace

std::string flag_text(const core::Json& value) {
    if (value.is_null()) return "none";
    return value.is_array() ? list_text(value) : scalar_text(value);
}

}  // namespace faultline::cli
