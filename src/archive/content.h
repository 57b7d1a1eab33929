#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "directory.h"
#include "source.h"

namespace faultline::archive {

/// Gets what an entry expands to, piece by piece, before its CRC is known to be right.
using See = std::function<void(const Entry&, std::span<const unsigned char>)>;

/// Expands the packed bytes at `offset` and compares size and CRC with the directory's. No more
/// than the size it says is ever expanded.
void check_content(const Source& source, const Member& member, std::uint64_t offset,
                   const See& see);

}  // namespace faultline::archive
