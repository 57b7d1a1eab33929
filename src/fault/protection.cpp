#include <faultline/fault/protection.h>
#include <bit>
#include <cassert>
#include <map>

#include "hamming.h"

namespace faultline::fault {

namespace {

std::uint32_t number_in(const Bits& held, int bit_count) {
    return static_cast<std::uint32_t>((held & Bits::lowest(bit_count)).low());
}

std::uint32_t tripled(const Tmr& tmr, int bit_count) { return number_in(tmr.bits, bit_count); }

/// These bits of `word`, moved together.
Bits gathered(std::uint32_t word, std::uint32_t bits) {
    Bits found;
    int place = 0;
    for (; bits != 0; bits &= bits - 1, ++place)
        if ((word >> std::countr_zero(bits) & 1U) != 0) found |= Bits::single(place);
    return found;
}

/// The reverse.
std::uint32_t spread(const Bits& gathered, std::uint32_t bits) {
    std::uint32_t word = 0;
    for (int place = 0; bits != 0; bits &= bits - 1, ++place)
        if (gathered.test(place)) word |= bits & (~bits + 1);
    return word;
}

/// What each protection does to numbers of `bit_count` bits: a new one is three functions here.
struct Schemes {
    int bit_count;

    int added(const Unprotected&) const { return 0; }
    Bits encoded(const Unprotected&, std::uint32_t word) const { return word; }
    Decoded decoded(const Unprotected&, const Bits& held) const {
        return {number_in(held, bit_count), false};
    }

    int added(const Tmr& tmr) const { return 2 * std::popcount(tripled(tmr, bit_count)); }
    Bits encoded(const Tmr& tmr, std::uint32_t word) const {
        const auto bits = tripled(tmr, bit_count);
        const auto copy = gathered(word, bits);
        return Bits(word) | copy << bit_count | copy << (bit_count + std::popcount(bits));
    }
    Decoded decoded(const Tmr& tmr, const Bits& held) const {
        const auto bits = tripled(tmr, bit_count);
        const auto word = number_in(held, bit_count);
        const auto first = spread(held >> bit_count, bits);
        const auto second = spread(held >> (bit_count + std::popcount(bits)), bits);
        const auto majority = (word & first) | (word & second) | (first & second);
        return {(word & ~bits) | majority, false};
    }

    int added(const Secded&) const { return hamming::check_bits(bit_count) + 1; }
    Bits encoded(const Secded&, std::uint32_t word) const {
        return hamming::encode(bit_count, word);
    }
    Decoded decoded(const Secded&, const Bits& held) const {
        return hamming::decode(bit_count, held);
    }

    int added(const Parity&) const { return 1; }
    Bits encoded(const Parity&, std::uint32_t word) const {
        const bool odd = std::popcount(word) % 2 != 0;
        return odd ? Bits(word) | Bits::single(bit_count) : Bits(word);
    }
    Decoded decoded(const Parity&, const Bits& held) const {
        const bool odd = (held & Bits::lowest(bit_count + 1)).count() % 2 != 0;
        return odd ? Decoded{0, true} : Decoded{number_in(held, bit_count), false};
    }
};

Reading reading(const Decoded& read, std::uint32_t stored, const Bits& wrong) {
    if (!wrong.any()) return Reading::intact;
    if (read.detected) return Reading::zeroed;
    return read.word == stored ? Reading::corrected : Reading::silent;
}

/// The word's wrong bits after one error more.
Bits struck(const Bits& wrong, const Error& error) {
    switch (error.kind) {
        case Kind::toggle:
            return wrong ^ error.mask;
    }
    return wrong;
}

Decoded read(const ProtectedWord& word, const Bits& wrong) {
    const auto held = encode(word.protection, word.bit_count, word.stored) ^ wrong;
    return decode(word.protection, word.bit_count, held);
}

}  // namespace

int added_bits(const Protection& protection, int bit_count) {
    assert(bit_count >= 1 && bit_count <= 32);
    const Schemes schemes{bit_count};
    return std::visit([&](const auto& scheme) { return schemes.added(scheme); }, protection);
}

Bits encode(const Protection& protection, int bit_count, std::uint32_t word) {
    const Schemes schemes{bit_count};
    const auto number = number_in(word, bit_count);
    return std::visit([&](const auto& scheme) { return schemes.encoded(scheme, number); },
                      protection);
}

Decoded decode(const Protection& protection, int bit_count, const Bits& held) {
    const Schemes schemes{bit_count};
    return std::visit([&](const auto& scheme) { return schemes.decoded(scheme, held); },
                      protection);
}

Effect protect(const ProtectedWord& word, const Bits& wrong, const Error& error) {
    const auto after = struck(wrong, error);
    const auto found = read(word, after);
    Effect effect{.location = error.location, .hit = error.mask};
    effect.toggle = read(word, wrong).word ^ found.word;
    effect.reading = reading(found, word.stored, after);
    return effect;
}

std::vector<Effect> protect(std::span<const Error> errors,
                            const std::function<ProtectedWord(const WeightWord&)>& word) {
    std::map<WeightWord, Bits> wrong;
    std::vector<Effect> effects;
    effects.reserve(errors.size());
    for (const auto& error : errors) {
        const auto& place = std::get<WeightWord>(error.location);
        auto& here = wrong[place];
        effects.push_back(protect(word(place), here, error));
        here = struck(here, error);
    }
    return effects;
}

}  // namespace faultline::fault
