#pragma once

#include <cstdint>

namespace faultline::evaluation {

/// A stored word just before and just after one effect struck it.
struct WordChange {
    std::uint32_t before = 0;
    std::uint32_t after = 0;

    bool operator==(const WordChange&) const = default;
};

}  // namespace faultline::evaluation
