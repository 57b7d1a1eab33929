#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <stdexcept>

namespace faultline::dataset {

/// The disk is full, or the system refuses otherwise: one line with path and reason.
struct Unwritable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A file in the making, beside the one it will become. Its lock keeps every other process from
/// making the same one; a process that dies leaves its lock to the next, which starts afresh. The
/// file goes with this object unless it was published.
class PartialFile {
 public:
    /// Waits for the lock, and calls `waiting` some ten times a second meanwhile. Throws
    /// Unwritable.
    PartialFile(const std::filesystem::path& path, const std::function<void()>& waiting);
    ~PartialFile();
    PartialFile(const PartialFile&) = delete;
    PartialFile& operator=(const PartialFile&) = delete;

    /// Room for so many bytes; throws Unwritable when the disk hasn't got it.
    void reserve(std::int64_t size_bytes);
    void write(std::int64_t at, std::span<const std::uint8_t> bytes);
    /// Brings it to the disk and gives it its name, whole.
    void publish();

 private:
    void lock(const std::function<void()>& waiting);
    [[noreturn]] void fail(const char* what) const;

    std::filesystem::path path_;
    std::filesystem::path partial_;
    int descriptor_ = -1;
    bool published_ = false;
};

/// Removes what killed processes left in the folder; leaves alone what is being made.
void remove_dead_partials(const std::filesystem::path& folder);

}  // namespace faultline::dataset
