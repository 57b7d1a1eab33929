#pragma once

#include <compare>
#include <cstdint>
#include <variant>

namespace faultline::fault {

/// One bit of one stored number.
struct Site {
    std::int32_t tensor = 0;   ///< place in the network's list of weight tensors
    std::int64_t element = 0;  ///< place in that tensor, row-major
    std::int32_t bit = 0;      ///< 0 is the least significant

    auto operator<=>(const Site&) const = default;
};

/// One stored word of a weight tensor.
struct WeightWord {
    std::int32_t tensor = 0;
    std::int64_t element = 0;

    auto operator<=>(const WeightWord&) const = default;
};

/// Where something can go wrong. Activations will be a second alternative.
using Location = std::variant<WeightWord>;

/// What an event does to the bits it meets.
enum class Kind { toggle };

/// One event in one stored word.
struct Error {
    Location location;
    std::uint32_t mask = 0;  ///< the bits it meets
    Kind kind = Kind::toggle;

    bool operator==(const Error&) const = default;
};

/// An error as it reaches the network: what becomes of the word. `clear` acts first, then `set`,
/// then `toggle`.
struct Effect {
    Location location;
    std::uint32_t set = 0;
    std::uint32_t clear = 0;
    std::uint32_t toggle = 0;

    bool operator==(const Effect&) const = default;

    std::uint32_t apply(std::uint32_t word) const { return ((word & ~clear) | set) ^ toggle; }
};

/// The effect of an error where nothing protects the memory. (A protection turns errors into
/// effects too: it goes between draw and this.)
Effect effect(const Error& error);

}  // namespace faultline::fault
