#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace faultline::dataset {

/// Bytes that nobody changes any more, together with whatever keeps them alive: a vector, or a
/// mapped file. A copy shares them.
class Pixels {
 public:
    Pixels() = default;
    Pixels(std::vector<std::uint8_t> bytes);  // a vector of bytes is pixels: no need to say so
    Pixels(std::span<const std::uint8_t> bytes, std::shared_ptr<const void> owner);

    const std::uint8_t* data() const { return bytes_.data(); }
    std::size_t size() const { return bytes_.size(); }
    const std::uint8_t* begin() const { return data(); }
    const std::uint8_t* end() const { return data() + size(); }
    std::uint8_t operator[](std::size_t place) const { return bytes_[place]; }
    std::uint8_t front() const { return bytes_.front(); }
    std::uint8_t back() const { return bytes_.back(); }

    /// `count` of them from `first` on, with the same owner.
    Pixels part(std::size_t first, std::size_t count) const;

    /// Equal bytes, wherever they lie.
    bool operator==(const Pixels& other) const;

 private:
    std::span<const std::uint8_t> bytes_;
    std::shared_ptr<const void> owner_;
};

}  // namespace faultline::dataset
