#pragma once

#include <faultline/fault/location.h>
#include <cstdint>
#include <vector>

namespace faultline::fault {

/// The stored words of one tensor that may be hit.
struct Extent {
    std::int32_t tensor = 0;
    std::int64_t element_count = 0;
    int bit_count = 32;  ///< width of a word as the memory holds it: at most Bits::limit

    bool operator==(const Extent&) const = default;
};

/// All sites that can be hit, numbered without gaps: tensor by tensor in the order given, element
/// by element, bit 0 first.
class Space {
 public:
    explicit Space(std::vector<Extent> extents);

    std::uint64_t element_count() const { return element_count_; }
    std::uint64_t site_count() const { return site_count_; }
    bool empty() const { return element_count_ == 0; }

    /// The word of element number `element` in [0, element_count()), and its width.
    WeightWord word(std::uint64_t element) const;
    int bit_count(std::int32_t tensor) const;

    /// Inverse of each other. `number` is in [0, site_count()).
    Site site(std::uint64_t number) const;
    std::uint64_t number(const Site& site) const;

    /// Number of the element that site number `number` lies in.
    std::uint64_t element(std::uint64_t number) const;

    const std::vector<Extent>& extents() const { return extents_; }

 private:
    std::vector<Extent> extents_;
    std::vector<std::uint64_t> first_element_;  ///< of each extent
    std::vector<std::uint64_t> first_site_;
    std::uint64_t element_count_ = 0;
    std::uint64_t site_count_ = 0;
};

}  // namespace faultline::fault
