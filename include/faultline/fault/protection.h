#pragma once

#include <faultline/fault/location.h>
#include <cstdint>
#include <functional>
#include <span>
#include <variant>
#include <vector>

/// Memories that guard their words by copies or check bits. These lie in the word, above the stored
/// number's own bits, and errors meet them like any others.
namespace faultline::fault {

struct Unprotected {
    bool operator==(const Unprotected&) const = default;
};

/// Triple modular redundancy: two more copies of these bits of the word (those it has), each read
/// as at least two of the three say. The first copies lie above the number, lowest bit first, the
/// second ones above them.
struct Tmr {
    std::uint32_t bits = ~std::uint32_t{0};

    bool operator==(const Tmr&) const = default;
};

/// Hamming's code, extended (Hamming, Bell System Technical Journal 29, 1950): (39,32), (22,16),
/// (13,8). Corrects one error, detects two; more are decoded all the same, and may be taken for one
/// error elsewhere. Numbered from 1, places that are powers of two hold the check bits, the others
/// the number, lowest bit first; a check bit makes even the ones among the places whose number has
/// its bit. In the word the check bits lie above the number, then the parity of all of these.
struct Secded {
    bool operator==(const Secded&) const = default;
};

/// One bit that makes the word's ones even: detects odd counts of errors, corrects none.
struct Parity {
    bool operator==(const Parity&) const = default;
};

using Protection = std::variant<Unprotected, Tmr, Secded, Parity>;

/// How many bits a number of `bit_count` bits (1 to 32) takes more than its own.
int added_bits(const Protection& protection, int bit_count);

/// The word as the memory holds it.
Bits encode(const Protection& protection, int bit_count, std::uint32_t word);

struct Decoded {
    std::uint32_t word = 0;  ///< 0 where it is detected: what can't be trusted isn't used
    bool detected = false;   ///< to be wrong, and not to be corrected

    bool operator==(const Decoded&) const = default;
};

/// What is read of it. Nothing is written back: errors pile up in the memory.
Decoded decode(const Protection& protection, int bit_count, const Bits& held);

/// One word of a protected memory, and what was stored there.
struct ProtectedWord {
    Protection protection;
    int bit_count = 32;  ///< of the number
    std::uint32_t stored = 0;
};

/// What a reader of `word`, whose bits `wrong` are wrong already, sees of one error more.
Effect protect(const ProtectedWord& word, const Bits& wrong, const Error& error);

/// The effects of errors that strike one after another, from a sound memory on. `word` tells what
/// was stored where.
std::vector<Effect> protect(std::span<const Error> errors,
                            const std::function<ProtectedWord(const WeightWord&)>& word);

}  // namespace faultline::fault
