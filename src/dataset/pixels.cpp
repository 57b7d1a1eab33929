#include <faultline/dataset/pixels.h>

#include <algorithm>
#include <cassert>
#include <utility>

namespace faultline::dataset {

Pixels::Pixels(std::vector<std::uint8_t> bytes) {
    const auto kept = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
    bytes_ = *kept;
    owner_ = kept;
}

Pixels::Pixels(std::span<const std::uint8_t> bytes, std::shared_ptr<const void> owner)
    : bytes_(bytes), owner_(std::move(owner)) {}

Pixels Pixels::part(std::size_t first, std::size_t count) const {
    assert(first <= size() && count <= size() - first);
    return {bytes_.subspan(first, count), owner_};
}

bool Pixels::operator==(const Pixels& other) const {
    return std::ranges::equal(bytes_, other.bytes_);
}

}  // namespace faultline::dataset
