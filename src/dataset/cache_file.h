#pragma once

#include <faultline/dataset/dataset.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace faultline::dataset {

/// Goes up whenever other pixels come out of the same files, or the file's layout changes.
inline constexpr std::uint32_t cache_version = 1;

/// What a cache's file holds: `count` images of one size, found by `key`.
struct CacheContent {
    std::string key;  ///< 64 hexadecimal digits
    std::int64_t count = 0;
    int height = 0;
    int width = 0;

    std::int64_t image_bytes() const { return std::int64_t{3} * height * width; }
    /// A checksum covers so many images (the last one what is left).
    std::int64_t chunk_images() const;
    std::int64_t chunk_count() const;
    /// Where the planes start.
    std::int64_t planes_at() const;
    std::int64_t file_bytes() const { return planes_at() + count * image_bytes(); }
};

std::uint64_t checksum(std::span<const std::uint8_t> bytes);

/// All that stands before the planes, given each chunk's checksum.
std::vector<std::uint8_t> preamble(const CacheContent& content,
                                   std::span<const std::uint64_t> checksums);

struct OpenedCache {
    std::optional<Block> images;  ///< all of them, without labels; pixels in the mapped file
    std::string damage;           ///< why it can't be used; empty when there is no file
};

/// Maps the file and checks every byte of it on `threads` threads.
OpenedCache open_cache(const std::filesystem::path& path, const std::string& key,
                       std::int64_t count, int threads);

}  // namespace faultline::dataset
