#pragma once

#include <cstdint>

#include "directory.h"
#include "source.h"

namespace faultline::archive {

/// Expands the packed bytes at `offset` and compares size and CRC with the directory's. No more
/// than the size it says is ever expanded.
void check_content(const Source& source, const Member& member, std::uint64_t offset);

}  // namespace faultline::archive
