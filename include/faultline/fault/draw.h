#pragma once

#include <faultline/fault/location.h>
#include <faultline/fault/space.h>
#include <cstdint>
#include <vector>

namespace faultline::fault {

enum class Pattern {
    random,    ///< any distinct bits of the word
    adjacent,  ///< consecutive bits
};

/// What is equally likely to be hit.
enum class Weighting {
    words,  ///< every word, then every bit of it
    bits,   ///< every bit: a wide word more often than a narrow one
};

/// How errors are drawn.
struct Drawing {
    int bits_per_error = 1;
    Pattern pattern = Pattern::random;
    bool replacement = false;  ///< the original's way: a repeated bit cancels
    Weighting weighting = Weighting::words;
};

/// Which random numbers a list of errors is drawn from. Runs are numbered from 0. Stream 0 serves
/// the whole network; layer i (place in the network's list of layers) draws from stream i + 1.
struct Source {
    std::uint64_t seed = 0;
    std::uint32_t run = 0;
    std::uint32_t stream = 0;
};

/// `count` errors, element uniform over the space's elements, then u in [0, 1) and the (first) bit
/// floor(u * B) of a word of B bits: formats of other widths share elements. With
/// Pattern::adjacent the lowest of m bits is floor(u * (B - m + 1)); with Pattern::random the
/// further bits are drawn from those left. An error that meets a bit an earlier one of the list met
/// is drawn again (next attempt of the same draw) unless `replacement`. So the first n of N errors
/// are the n errors drawn alone. With Weighting::bits the element is that of a site uniform over
/// the space's sites; where all words are as wide as each other that is the same.
///
/// An error that was in vain 64 times takes the next place that is free, in the order of sites from
/// where it was drawn last (going round at the end): so a list may fill its whole space. With a
/// tenth of the space free that happens to 1 draw in 1000, with half of it free to none.
///
/// The random numbers of error number d are core::random_words of draw d, attempt 256 * r + j,
/// where r counts repetitions, j = 0 gives element and first bit, and j > 0 the j-th further bit.
///
/// Throws core::Error(usage) when `count` exceeds capacity(), naming both, or when an error has
/// more bits than a word.
std::vector<Error> draw(const Space& space, const Source& source, const Drawing& drawing,
                        std::uint64_t count);

/// How many errors always fit, whatever was drawn: B / m in each word, or with Pattern::adjacent
/// and m > 1 fewer, (B - m) / (2m - 1) + 1, because gaps narrower than m may be left between them.
/// With `replacement` 2^32, the number of draws there are.
std::uint64_t capacity(const Space& space, const Drawing& drawing);

/// `count` distinct words (with `replacement`: perhaps repeated), the very elements draw() meets on
/// first attempts; for tests that choose the bit themselves. Throws as draw (the space holds each
/// of its words once).
std::vector<WeightWord> draw_words(const Space& space, const Source& source, bool replacement,
                                   std::uint64_t count);

/// The `bits_per_error` consecutive bits from `bit` upwards, moved down where the word ends: the
/// mask of the indexed test.
Bits mask_at(int bit, int bits_per_error, int bit_count);

}  // namespace faultline::fault
