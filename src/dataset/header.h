#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace faultline::dataset {

enum class Kind { jpeg, png };

/// What an image file says of itself before its pixels.
struct Header {
    Kind kind = Kind::jpeg;
    int width = 0;
    int height = 0;
    std::size_t end = 0;  ///< where the part ends that gave the size
};

inline constexpr std::uint64_t file_limit_bytes = 64U << 20U;
inline constexpr int side_limit = 16384;
inline constexpr int pixel_limit = 128 << 20;  ///< 384 MiB when decoded, on each thread

/// The checks an image passes before OpenCV sees it: JPEG or PNG by its magic bytes, sides within
/// 1..side_limit, at most pixel_limit pixels, end marker among the last bytes. Throws Error(input)
/// with the bare reason: the caller knows the name.
Header check(std::span<const std::uint8_t> bytes);

/// check of a file of at most file_limit_bytes, reading only its head and its tail (the whole of it
/// when the head is long).
Header check_file(const std::filesystem::path& path);

}  // namespace faultline::dataset
