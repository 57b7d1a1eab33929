#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace faultline::archive {

using Bytes = std::vector<unsigned char>;

/// Bytes that are read in pieces. Of a file, so that memory stays small, and one that shrinks
/// meanwhile is an error and not a crash; or of memory.
class Source {
 public:
    /// Throws core::Error(input) when the file is missing, not regular or larger than
    /// `limit_bytes`.
    Source(const std::filesystem::path& path, std::uint64_t limit_bytes);
    /// `bytes` must outlive it.
    Source(std::string name, std::span<const unsigned char> bytes, std::uint64_t limit_bytes);
    ~Source();
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    std::uint64_t size_bytes() const { return size_bytes_; }

    /// Fills `buffer` with the bytes at `offset`; refuses when the file ends before.
    void read(std::uint64_t offset, std::span<unsigned char> buffer) const;

    /// Throws core::Error(input): "PATH: WHAT".
    [[noreturn]] void refuse(const std::string& what) const;

 private:
    void require_within(std::uint64_t limit_bytes) const;
    void read_file(std::uint64_t offset, std::span<unsigned char> buffer) const;

    std::string name_;
    int descriptor_ = -1;                   ///< of the file, or
    std::span<const unsigned char> bytes_;  ///< all there is
    std::uint64_t size_bytes_ = 0;
};

/// Little-endian fields of one record, read in order. Reading past its end is refused.
class Fields {
 public:
    Fields(const Source& source, Bytes bytes) : source_(source), bytes_(std::move(bytes)) {}
    /// The record of `size_bytes` at `offset` of the file.
    Fields(const Source& source, std::uint64_t offset, std::uint64_t size_bytes);

    std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
    std::uint64_t u64() { return number(8); }
    Bytes bytes(std::size_t count);
    std::string text(std::size_t count);
    void skip(std::size_t count) { take(count); }
    bool at_end() const { return position_ == bytes_.size(); }

 private:
    std::uint64_t number(std::size_t byte_count);
    std::span<const unsigned char> take(std::size_t count);

    const Source& source_;
    Bytes bytes_;
    std::size_t position_ = 0;
};

/// A name as it can stand in a message: control characters replaced, cut when very long.
std::string shown(const std::string& name);

}  // namespace faultline::archive
