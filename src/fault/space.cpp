#include <faultline/fault/bits.h>
#include <faultline/fault/space.h>
#include <algorithm>
#include <cassert>
#include <utility>

namespace faultline::fault {

namespace {

/// The last place whose first number is at most `number`: an empty extent before it starts there
/// too.
std::size_t place(const std::vector<std::uint64_t>& firsts, std::uint64_t number) {
    const auto after = std::upper_bound(firsts.begin(), firsts.end(), number);
    assert(after != firsts.begin());
    return static_cast<std::size_t>(after - firsts.begin()) - 1;
}

std::size_t place(const std::vector<Extent>& extents, std::int32_t tensor) {
    const auto is_it = [tensor](const Extent& extent) { return extent.tensor == tensor; };
    const auto found = std::find_if(extents.begin(), extents.end(), is_it);
    assert(found != extents.end());
    return static_cast<std::size_t>(found - extents.begin());
}

}  // namespace

Space::Space(std::vector<Extent> extents) : extents_(std::move(extents)) {
    for (const auto& extent : extents_) {
        assert(extent.element_count >= 0 && extent.bit_count >= 1 &&
               extent.bit_count <= Bits::limit);
        assert(&extents_[place(extents_, extent.tensor)] == &extent);  // each tensor once
        first_element_.push_back(element_count_);
        first_site_.push_back(site_count_);
        const auto count = static_cast<std::uint64_t>(extent.element_count);
        element_count_ += count;
        site_count_ += count * static_cast<std::uint64_t>(extent.bit_count);
    }
}

WeightWord Space::word(std::uint64_t element) const {
    assert(element < element_count_);
    const auto index = place(first_element_, element);
    return {extents_[index].tensor, static_cast<std::int64_t>(element - first_element_[index])};
}

int Space::bit_count(std::int32_t tensor) const {
    return extents_[place(extents_, tensor)].bit_count;
}

Site Space::site(std::uint64_t number) const {
    assert(number < site_count_);
    const auto index = place(first_site_, number);
    const auto width = static_cast<std::uint64_t>(extents_[index].bit_count);
    const auto within = number - first_site_[index];
    return {extents_[index].tensor, static_cast<std::int64_t>(within / width),
            static_cast<std::int32_t>(within % width)};
}

std::uint64_t Space::element(std::uint64_t number) const {
    assert(number < site_count_);
    const auto index = place(first_site_, number);
    const auto width = static_cast<std::uint64_t>(extents_[index].bit_count);
    return first_element_[index] + (number - first_site_[index]) / width;
}

std::uint64_t Space::number(const Site& site) const {
    const auto index = place(extents_, site.tensor);
    const auto& extent = extents_[index];
    assert(site.element >= 0 && site.element < extent.element_count);
    assert(site.bit >= 0 && site.bit < extent.bit_count);
    const auto width = static_cast<std::uint64_t>(extent.bit_count);
    return first_site_[index] + static_cast<std::uint64_t>(site.element) * width +
           static_cast<std::uint64_t>(site.bit);
}

}  // namespace faultline::fault
