#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

/// A model file is a zip. LibTorch checks neither the entries' CRCs nor their expanded sizes, so it
/// is done here, before LibTorch sees the file.
namespace faultline::archive {

struct Limits {
    std::uint64_t file_bytes = 16ULL << 30U;
    std::uint64_t expanded_bytes = 16ULL << 30U;
    std::uint64_t entries = 100'000;
};

struct Entry {
    std::string name;
    std::uint64_t size_bytes = 0;  ///< expanded
    std::uint32_t crc = 0;

    bool operator==(const Entry&) const = default;
};

/// Reads the whole archive: stored and deflated entries, zip64 too; every entry is expanded and its
/// CRC compared. Throws core::Error(input) naming file and entry: missing, not a zip, truncated,
/// larger than the limits (by what the entries really expand to, not by what they say), CRC
/// mismatch; also where directory and local headers disagree, where entries overlap, or bytes
/// belong to none.
std::vector<Entry> check(const std::filesystem::path& path, const Limits& limits = {});

/// The same for an archive in memory; `name` stands in messages.
std::vector<Entry> check(std::span<const unsigned char> bytes, const std::string& name,
                         const Limits& limits = {});

}  // namespace faultline::archive
