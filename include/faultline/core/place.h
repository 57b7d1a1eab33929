#pragma once

#include <cstddef>
#include <cstdint>

namespace faultline::core {

/// An index that is known not to be negative, as containers want it.
constexpr std::size_t place(std::int64_t index) { return static_cast<std::size_t>(index); }

}  // namespace faultline::core
