// OpenCV decodes whatever it recognises (BMP called .jpg, EXR, DICOM) and gives a truncated JPEG
// back as a full image. So only two kinds are let through, and their end marker must be there. A
// scan's data never holds FF D9 (FF is followed by 00 or a restart), so behind the frame header
// that pair is the end.
#include "header.h"

#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "refuse.h"

namespace faultline::dataset {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t head_bytes = 16U << 10U;
constexpr std::size_t tail_bytes = 4U << 10U;
constexpr std::array<std::uint8_t, 3> jpeg_magic = {0xFF, 0xD8, 0xFF};
constexpr std::array<std::uint8_t, 8> png_magic = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
constexpr std::array<std::uint8_t, 2> jpeg_end = {0xFF, 0xD9};
constexpr std::array<std::uint8_t, 12> png_end = {0,   0,   0,    0,    'I',  'E',
                                                  'N', 'D', 0xAE, 0x42, 0x60, 0x82};

bool starts_with(Bytes bytes, Bytes magic) {
    return bytes.size() >= magic.size() && std::ranges::equal(bytes.first(magic.size()), magic);
}

/// Big-endian number of `count` bytes at `at`.
std::uint32_t number(Bytes bytes, std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    for (const auto byte : bytes.subspan(at, count)) value = value << 8U | byte;
    return value;
}

bool is_frame(std::uint8_t marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

bool stands_alone(std::uint8_t marker) {
    return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7);
}

int side(std::uint32_t pixels) {
    if (pixels == 0 || pixels > side_limit) {
        refuse(fmt::format("its header claims a side of {} pixels; 1 to {} are allowed", pixels,
                           side_limit));
    }
    return static_cast<int>(pixels);
}

Header header(Kind kind, int width, int height, std::size_t end) {
    if (width > pixel_limit / height) {
        refuse(fmt::format("its header claims {}x{} pixels; at most {} are allowed", width, height,
                           pixel_limit));
    }
    return {kind, width, height, end};
}

/// Empty when the bytes end before the frame header does.
std::optional<Header> jpeg_header(Bytes bytes) {
    std::size_t at = 2;
    while (at + 9 <= bytes.size()) {
        if (bytes[at] != 0xFF) refuse(fmt::format("broken JPEG: no marker at byte {}", at));
        const auto marker = bytes[at + 1];
        if (marker == 0xFF) {  // fill
            ++at;
        } else if (stands_alone(marker)) {
            at += 2;
        } else if (is_frame(marker)) {
            return header(Kind::jpeg, side(number(bytes, at + 7, 2)),
                          side(number(bytes, at + 5, 2)), at + 9);
        } else if (marker == 0xDA || marker == 0xD9) {
            refuse("broken JPEG: no frame header before the data");
        } else {
            at += 2 + std::max<std::size_t>(2, number(bytes, at + 2, 2));
        }
    }
    return std::nullopt;
}

std::optional<Header> png_header(Bytes bytes) {
    constexpr std::size_t size_at = 16;
    if (bytes.size() < size_at + 8) return std::nullopt;
    if (number(bytes, 12, 4) != 0x49484452) refuse("broken PNG: the first chunk isn't IHDR");
    return header(Kind::png, side(number(bytes, size_at, 4)), side(number(bytes, size_at + 4, 4)),
                  size_at + 8);
}

std::optional<Header> parse(Bytes bytes) {
    if (bytes.empty()) refuse("the file is empty");
    if (starts_with(bytes, jpeg_magic)) return jpeg_header(bytes);
    if (starts_with(bytes, png_magic)) return png_header(bytes);
    refuse("neither JPEG nor PNG by its first bytes");
}

/// `tail` is the file's last bytes, none of them before the header's end.
void require_end(Kind kind, Bytes tail) {
    const auto marker = kind == Kind::jpeg ? Bytes(jpeg_end) : Bytes(png_end);
    if (std::search(tail.begin(), tail.end(), marker.begin(), marker.end()) == tail.end()) {
        refuse(fmt::format("truncated: no {} end marker at its end",
                           kind == Kind::jpeg ? "JPEG" : "PNG"));
    }
}

Bytes view(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string read_part(std::ifstream& file, std::uint64_t at, std::uint64_t count) {
    std::string bytes(count, '\0');
    file.seekg(static_cast<std::streamoff>(at));
    file.read(bytes.data(), static_cast<std::streamsize>(count));
    if (!file) refuse("can't be read");
    return bytes;
}

std::uint64_t size_of(const std::filesystem::path& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error) refuse(error.message());
    if (size <= file_limit_bytes) return size;
    refuse(fmt::format("{} bytes; at most {} are allowed", size, file_limit_bytes));
}

}  // namespace

Header check(Bytes bytes) {
    const auto header = parse(bytes);
    if (!header) refuse("truncated within its header");
    const auto data = bytes.subspan(header->end);
    require_end(header->kind, data.last(std::min(data.size(), tail_bytes)));
    return *header;
}

Header check_file(const std::filesystem::path& path) {
    const auto size = size_of(path);
    std::ifstream file(path, std::ios::binary);
    if (!file) refuse("can't be opened");
    const auto head = read_part(file, 0, std::min<std::uint64_t>(size, head_bytes));
    const auto header = parse(view(head));
    if (!header || size < head_bytes + tail_bytes) {
        return check(view(read_part(file, 0, size)));  // small, or much before the frame header
    }
    require_end(header->kind, view(read_part(file, size - tail_bytes, tail_bytes)));
    return *header;
}

}  // namespace faultline::dataset
