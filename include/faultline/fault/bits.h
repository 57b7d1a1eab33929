#pragma once

#include <bit>
#include <cstdint>

namespace faultline::fault {

/// Some of the bits of one word of memory, or the word itself. Bit 0 is the least significant; a
/// stored number's own bits come first, copies and check bits of a protected memory above them.
class Bits {
 public:
    static constexpr int limit = 128;

    constexpr Bits() = default;
    constexpr Bits(std::uint64_t low, std::uint64_t high = 0) : low_(low), high_(high) {}

    /// Bits 0 to count - 1.
    static constexpr Bits lowest(int count) {
        return {count >= half ? all : (std::uint64_t{1} << place(count)) - 1,
                count >= limit  ? all
                : count <= half ? 0
                                : (std::uint64_t{1} << place(count - half)) - 1};
    }
    static constexpr Bits single(int bit) { return Bits(1) << bit; }

    constexpr std::uint64_t low() const { return low_; }
    constexpr std::uint64_t high() const { return high_; }

    constexpr bool test(int bit) const { return ((*this >> bit).low_ & 1U) != 0; }
    constexpr bool any() const { return (low_ | high_) != 0; }
    constexpr int count() const { return std::popcount(low_) + std::popcount(high_); }
    /// The lowest that is set; `limit` where none is.
    constexpr int first() const {
        return low_ != 0 ? std::countr_zero(low_) : half + std::countr_zero(high_);
    }
    /// One more than the highest that is set; 0 where none is.
    constexpr int width() const {
        return high_ != 0 ? half + static_cast<int>(std::bit_width(high_))
                          : static_cast<int>(std::bit_width(low_));
    }

    constexpr bool operator==(const Bits&) const = default;

    constexpr Bits operator~() const { return {~low_, ~high_}; }
    constexpr Bits& operator&=(const Bits& other) { return *this = *this & other; }
    constexpr Bits& operator|=(const Bits& other) { return *this = *this | other; }
    constexpr Bits& operator^=(const Bits& other) { return *this = *this ^ other; }
    friend constexpr Bits operator&(const Bits& one, const Bits& other) {
        return {one.low_ & other.low_, one.high_ & other.high_};
    }
    friend constexpr Bits operator|(const Bits& one, const Bits& other) {
        return {one.low_ | other.low_, one.high_ | other.high_};
    }
    friend constexpr Bits operator^(const Bits& one, const Bits& other) {
        return {one.low_ ^ other.low_, one.high_ ^ other.high_};
    }
    /// Up by less than `limit`; what leaves is lost.
    constexpr Bits operator<<(int by) const {
        if (by == 0) return *this;
        if (by >= half) return {0, low_ << place(by - half)};
        return {low_ << place(by), high_ << place(by) | low_ >> place(half - by)};
    }
    constexpr Bits operator>>(int by) const {
        if (by == 0) return *this;
        if (by >= half) return {high_ >> place(by - half), 0};
        return {low_ >> place(by) | high_ << place(half - by), high_ >> place(by)};
    }

 private:
    static constexpr int half = 64;
    static constexpr std::uint64_t all = ~std::uint64_t{0};
    static constexpr unsigned place(int bit) { return static_cast<unsigned>(bit); }

    std::uint64_t low_ = 0;
    std::uint64_t high_ = 0;
};

}  // namespace faultline::fault
