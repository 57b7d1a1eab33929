// A check bit's place is a power of two, so that the sum (XOR) of the numbers of all places that
// hold a one, the syndrome, is 0 in a code word, and after one error the number of its place.

#include "hamming.h"

#include <array>

namespace faultline::fault::hamming {

namespace {

/// The places, numbered from 1, that hold the number's bits.
constexpr std::array<unsigned, 32> number_places = [] {
    std::array<unsigned, 32> places{};
    unsigned place = 0;
    for (auto& number : places) {
        do ++place;
        while (std::has_single_bit(place));
        number = place;
    }
    return places;
}();

std::uint32_t number_in(int bit_count, const Bits& held) {
    return static_cast<std::uint32_t>((held & Bits::lowest(bit_count)).low());
}

/// Sum of the numbers of the places that hold the number's ones.
unsigned sum_of_places(std::uint32_t number) {
    unsigned sum = 0;
    for (; number != 0; number &= number - 1)
        sum ^= number_places[static_cast<std::size_t>(std::countr_zero(number))];
    return sum;
}

bool is_odd(const Bits& bits) { return bits.count() % 2 != 0; }

/// The bit of the word that lies in this place; nothing lies in a place past the end, and
/// `Bits::limit` is returned.
int bit_at(unsigned place, int bit_count) {
    if (std::has_single_bit(place)) {
        const int check = std::countr_zero(place);
        return check < check_bits(bit_count) ? bit_count + check : Bits::limit;
    }
    for (int bit = 0; bit < bit_count; ++bit)
        if (number_places[static_cast<std::size_t>(bit)] == place) return bit;
    return Bits::limit;
}

}  // namespace

int check_bits(int bit_count) {
    int count = 1;
    while ((1 << count) < bit_count + count + 1) ++count;
    return count;
}

Bits encode(int bit_count, std::uint32_t word) {
    const auto number = number_in(bit_count, word);
    const auto checked = Bits(number) | Bits(sum_of_places(number)) << bit_count;
    const auto top = bit_count + check_bits(bit_count);
    return is_odd(checked) ? checked | Bits::single(top) : checked;
}

Decoded decode(int bit_count, const Bits& held) {
    const auto checks = (held >> bit_count) & Bits::lowest(check_bits(bit_count));
    const auto word = number_in(bit_count, held);
    const auto syndrome = sum_of_places(word) ^ static_cast<unsigned>(checks.low());
    const bool odd = is_odd(held & Bits::lowest(bit_count + check_bits(bit_count) + 1));
    if (syndrome == 0) return {word, false};  // odd: the parity over all is the error
    const auto wrong = odd ? bit_at(syndrome, bit_count) : Bits::limit;
    if (wrong == Bits::limit) return {0, true};
    const auto flipped = wrong < bit_count ? std::uint32_t{1} << static_cast<unsigned>(wrong) : 0;
    return {word ^ flipped, false};
}

}  // namespace faultline::fault::hamming
