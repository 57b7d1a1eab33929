// Every draw is a pure function of (seed, run, stream, draw, attempt). What was met before is kept
// by word, so memory and time grow with the number of errors and not with the size of the space.

#include <fmt/format.h>

#include <faultline/core/error.h>
#include <faultline/core/random.h>
#include <faultline/fault/draw.h>
#include <algorithm>
#include <array>
#include <cassert>
#include <optional>
#include <unordered_map>

namespace faultline::fault {

namespace {

constexpr std::uint32_t repetition_limit = 64;
constexpr std::uint64_t draw_limit = std::uint64_t{1} << 32U;

using RandomWords = std::array<std::uint64_t, 2>;

/// Which of a list's random numbers: draw, repetition of it, part of that.
struct Cell {
    std::uint32_t draw = 0;
    std::uint32_t repetition = 0;
    std::uint32_t part = 0;
};

RandomWords random_words(const Source& source, const Cell& cell) {
    return core::random_words({.seed = source.seed,
                               .run = source.run,
                               .stream = source.stream,
                               .draw = cell.draw,
                               .attempt = cell.repetition << 8U | cell.part});
}

/// A place and the bits met there.
struct Event {
    std::uint64_t element = 0;  ///< number in the space
    int first_bit = 0;
    Bits mask;
};

/// The bits met so far, by number of element.
using Met = std::unordered_map<std::uint64_t, Bits>;

Bits met_at(const Met& met, std::uint64_t element) {
    const auto found = met.find(element);
    return found == met.end() ? Bits() : found->second;
}

int width_at(const Space& space, std::uint64_t element) {
    return space.bit_count(space.word(element).tensor);
}

/// The bit of `mask` with `rank` of its bits below it.
Bits nth_bit(Bits mask, std::uint64_t rank) {
    for (; rank > 0; --rank) mask ^= Bits::single(mask.first());
    return Bits::single(mask.first());
}

/// `first_bit` and further ones, each drawn from those left.
Bits random_mask(const Source& source, Cell cell, int first_bit, int bit_count, int width) {
    auto mask = Bits::single(first_bit);
    for (int further = 1; further < bit_count; ++further) {
        cell.part = static_cast<std::uint32_t>(further);
        const auto left = static_cast<std::uint64_t>(width - further);
        const auto rank = core::scaled(random_words(source, cell)[0], left);
        mask |= nth_bit(Bits::lowest(width) & ~mask, rank);
    }
    return mask;
}

std::uint64_t drawn_element(const Space& space, Weighting weighting, std::uint64_t word) {
    switch (weighting) {
        case Weighting::words:
            return core::scaled(word, space.element_count());
        case Weighting::bits:
            return space.element(core::scaled(word, space.site_count()));
    }
    return 0;
}

Event drawn(const Space& space, const Source& source, const Drawing& drawing, const Cell& cell) {
    const auto words = random_words(source, cell);
    const auto element = drawn_element(space, drawing.weighting, words[0]);
    const auto width = width_at(space, element);
    const bool adjacent = drawing.pattern == Pattern::adjacent;
    const auto choices = adjacent ? width - drawing.bits_per_error + 1 : width;
    const auto bit = static_cast<int>(core::scaled(words[1], static_cast<std::uint64_t>(choices)));
    const auto mask = adjacent ? mask_at(bit, drawing.bits_per_error, width)
                               : random_mask(source, cell, bit, drawing.bits_per_error, width);
    return {element, bit, mask};
}

/// The first error from `first_bit` upwards that lies within the `free` bits of a word, if any.
std::optional<Bits> fitting(const Bits& free, int first_bit, const Drawing& drawing, int width) {
    const auto size = drawing.bits_per_error;
    if (free.count() < size) return std::nullopt;
    if (drawing.pattern == Pattern::adjacent) {
        for (int bit = first_bit; bit + size <= width; ++bit) {
            const auto mask = mask_at(bit, size, width);
            if (!(mask & ~free).any()) return mask;
        }
        return std::nullopt;
    }
    const auto above = free & ~Bits::lowest(first_bit);
    if (!above.any()) return std::nullopt;
    auto mask = nth_bit(above, 0);
    while (mask.count() < size) mask |= nth_bit(free & ~mask, 0);
    return mask;
}

/// The next error that fits, in the order of sites from `from` on.
Event next_free(const Space& space, const Drawing& drawing, const Met& met, const Event& from) {
    auto element = from.element;
    auto first_bit = from.first_bit;
    // The word of `from` comes last once more, for its lower bits.
    for (std::uint64_t step = 0; step <= space.element_count(); ++step) {
        const auto width = width_at(space, element);
        const auto free = Bits::lowest(width) & ~met_at(met, element);
        if (const auto mask = fitting(free, first_bit, drawing, width)) {
            return {element, first_bit, *mask};
        }
        element = (element + 1) % space.element_count();
        first_bit = 0;
    }
    assert(false);  // capacity() promised a place
    return from;
}

Event unmet(const Space& space, const Source& source, const Drawing& drawing, const Met& met,
            std::uint32_t draw) {
    Event event;
    for (std::uint32_t repetition = 0; repetition < repetition_limit; ++repetition) {
        event = drawn(space, source, drawing, {.draw = draw, .repetition = repetition});
        if (!(event.mask & met_at(met, event.element)).any()) return event;
    }
    return next_free(space, drawing, met, event);
}

void require_words_hold(const Space& space, const Drawing& drawing) {
    assert(drawing.bits_per_error >= 1);
    for (const auto& extent : space.extents()) {
        if (drawing.bits_per_error <= extent.bit_count) continue;
        throw core::Error(core::Fault::usage,
                          fmt::format("bits_per_error: {} bits cannot be hit in words of {} bits; "
                                      "give at most {}",
                                      drawing.bits_per_error, extent.bit_count, extent.bit_count));
    }
}

void require_fits(std::uint64_t count, std::uint64_t limit, const Space& space) {
    if (count <= limit) return;
    throw core::Error(
        core::Fault::usage,
        fmt::format("{} errors were asked for, but at most {} are sure to fit in {} numbers of "
                    "{} bits in all; ask for fewer or draw with replacement",
                    count, limit, space.element_count(), space.site_count()));
}

std::uint64_t errors_per_word(int width, const Drawing& drawing) {
    const auto size = drawing.bits_per_error;
    const auto count =
        drawing.pattern == Pattern::adjacent ? (width - size) / (2 * size - 1) + 1 : width / size;
    return static_cast<std::uint64_t>(count);
}

}  // namespace

std::uint64_t capacity(const Space& space, const Drawing& drawing) {
    if (drawing.replacement) return space.empty() ? 0 : draw_limit;
    std::uint64_t total = 0;
    for (const auto& extent : space.extents()) {
        total += static_cast<std::uint64_t>(extent.element_count) *
                 errors_per_word(extent.bit_count, drawing);
    }
    return std::min(total, draw_limit);
}

std::vector<Error> draw(const Space& space, const Source& source, const Drawing& drawing,
                        std::uint64_t count) {
    require_words_hold(space, drawing);
    require_fits(count, capacity(space, drawing), space);
    Met met;
    if (!drawing.replacement) met.reserve(count);
    std::vector<Error> errors;
    errors.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto event = unmet(space, source, drawing, met, static_cast<std::uint32_t>(i));
        errors.push_back({.location = space.word(event.element), .mask = event.mask});
        if (!drawing.replacement) met[event.element] |= event.mask;
    }
    return errors;
}

std::vector<WeightWord> draw_words(const Space& space, const Source& source, bool replacement,
                                   std::uint64_t count) {
    const auto limit = replacement ? draw_limit : std::min(space.element_count(), draw_limit);
    require_fits(count, space.empty() ? 0 : limit, space);
    // A word is met by meeting any bit of it: an error of one bit that blocks all of them.
    const Drawing drawing{.replacement = replacement};
    constexpr auto whole_word = ~Bits();
    Met met;
    std::vector<WeightWord> words;
    words.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto event = unmet(space, source, drawing, met, static_cast<std::uint32_t>(i));
        words.push_back(space.word(event.element));
        if (!replacement) met[event.element] = whole_word;
    }
    return words;
}

Bits mask_at(int bit, int bits_per_error, int bit_count) {
    assert(bit >= 0 && bit < bit_count && bits_per_error >= 1 && bits_per_error <= bit_count);
    const auto lowest = std::min(bit, bit_count - bits_per_error);
    return Bits::lowest(bits_per_error) << lowest;
}

}  // namespace faultline::fault
