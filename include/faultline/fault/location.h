#pragma once

#include <faultline/fault/bits.h>

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
    Bits mask;  ///< the bits it meets
    Kind kind = Kind::toggle;

    bool operator==(const Error&) const = default;
};

/// What a protected memory gives for a word.
enum class Reading {
    intact,     ///< the stored word: none of its bits is wrong
    corrected,  ///< the stored word, though bits are wrong
    zeroed,     ///< 0: it was found to be wrong, and can't be corrected
    silent,     ///< another word, and nobody knows
};

/// An error as it reaches the network: what becomes of the word. `clear` acts first, then `set`,
/// then `toggle`.
struct Effect {
    Location location;
    std::uint32_t set = 0;
    std::uint32_t clear = 0;
    std::uint32_t toggle = 0;
    /// In a protected memory (protection.h): the bits that the error met there, and what the word
    /// is read as from then on. What is read may be what it was before: nothing is toggled then.
    Bits hit = {};
    Reading reading = Reading::intact;

    bool operator==(const Effect&) const = default;

    /// No word becomes another.
    bool idle() const { return (set | clear | toggle) == 0; }
    std::uint32_t apply(std::uint32_t word) const { return ((word & ~clear) | set) ^ toggle; }
};

/// The effect of an error where nothing protects the memory. (Where something does: protect().)
Effect effect(const Error& error);

}  // namespace faultline::fault
