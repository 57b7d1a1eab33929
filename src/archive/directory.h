#pragma once

#include <faultline/archive/zip.h>
#include <cstdint>
#include <vector>

#include "source.h"

namespace faultline::archive {

enum class Method : std::uint16_t { stored = 0, deflated = 8 };

/// An entry as the central directory tells it; nothing of it is believed yet.
struct Member {
    Entry entry;
    std::uint16_t flags = 0;
    Method method = Method::stored;
    std::uint64_t packed_bytes = 0;
    std::uint64_t header_offset = 0;  ///< of its local header

    /// Checksum and sizes follow the data instead of preceding it.
    bool has_descriptor() const { return (flags & 0x0008U) != 0; }
};

struct Directory {
    std::uint64_t offset = 0;  ///< where the entries end
    std::vector<Member> members;
};

/// Reads the records at the file's end and the central directory. Refuses what isn't one archive on
/// one disk from the first byte to the last, names given twice, encryption and other methods.
Directory read_directory(const Source& source, const Limits& limits);

/// What the zip64 extra field says in place of fields that are all ones: they are taken from it in
/// the order asked for.
class Wide {
 public:
    Wide(const Source& source, Bytes extra);

    /// `narrow`, or the next 64-bit number when `narrow` is all ones.
    std::uint64_t resolve(std::uint32_t narrow);

 private:
    const Source& source_;
    Fields numbers_;
};

}  // namespace faultline::archive
