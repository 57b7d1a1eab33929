// A preamble, then the planes [image][channel][row][column] of one image after the other. The
// preamble: Start, the checksum (XXH3) of each chunk of images, zeros, and as its last 8 bytes the
// checksum of all of itself before them. It ends on a page, so that planes start on one. Numbers
// are as the machine has them: on another kind of machine the version reads as another one.
#include "cache_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "header.h"
#include "parallel.h"
#include "refuse.h"

namespace faultline::dataset {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::int64_t page_bytes = 4096;
constexpr std::int64_t checksum_bytes = sizeof(std::uint64_t);
constexpr std::array<char, 8> magic = {'f', 'l', 'i', 'm', 'a', 'g', 'e', '\n'};

struct Start {
    std::array<char, 8> magic;
    std::uint32_t version;
    std::uint32_t height;
    std::uint32_t width;
    std::uint32_t zero;
    std::uint64_t count;
    std::array<char, 64> key;
};
static_assert(sizeof(Start) == 96);  // no gaps: it is compared and written as bytes

template <class Value>
Value value_at(Bytes bytes, std::int64_t at) {
    Value value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

Bytes part(Bytes bytes, std::int64_t first, std::int64_t count) {
    return bytes.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
}

std::string reason() { return std::strerror(errno); }

/// A file's bytes, mapped for as long as somebody holds on to them.
Pixels map(int descriptor) {
    struct stat found {};
    if (fstat(descriptor, &found) != 0) refuse(reason());
    if (!S_ISREG(found.st_mode)) refuse("not a regular file");
    if (found.st_size < page_bytes) refuse(fmt::format("cut off after {} bytes", found.st_size));
    const auto size = static_cast<std::size_t>(found.st_size);
    void* start = mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor, 0);
    if (start == MAP_FAILED) refuse(reason());
    madvise(start, size, MADV_WILLNEED);
    return {{static_cast<const std::uint8_t*>(start), size},
            std::shared_ptr<const void>(
                start, [size](const void* owned) { munmap(const_cast<void*>(owned), size); })};
}

/// Nothing where there is no file.
std::optional<Pixels> map_file(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 && errno == ENOENT) return std::nullopt;
    if (descriptor < 0) refuse(reason());
    const std::shared_ptr<void> closing(nullptr, [descriptor](void*) { ::close(descriptor); });
    return map(descriptor);
}

/// What the preamble says the file holds, checked as far as that goes without the planes.
CacheContent content_of(Bytes file, const std::string& key, std::int64_t count) {
    const auto start = value_at<Start>(file, 0);
    if (start.magic != magic) refuse("no file of prepared images");
    if (start.version != cache_version) refuse("of another version");
    if (std::string_view(start.key.data(), start.key.size()) != key ||
        std::cmp_not_equal(start.count, count)) {
        refuse("holds other images");
    }
    const auto is_side = [](std::uint32_t side) { return side > 0 && side <= side_limit; };
    if (!is_side(start.height) || !is_side(start.width)) refuse("damaged in its first bytes");
    const CacheContent content{key, count, static_cast<int>(start.height),
                               static_cast<int>(start.width)};
    if (std::cmp_not_equal(file.size(), content.file_bytes())) {
        refuse(fmt::format("{} bytes instead of {}", file.size(), content.file_bytes()));
    }
    const auto last = content.planes_at() - checksum_bytes;
    if (checksum(part(file, 0, last)) != value_at<std::uint64_t>(file, last)) {
        refuse("damaged before its images");
    }
    return content;
}

void check_planes(Bytes file, const CacheContent& content, int threads) {
    parallel(content.chunk_count(), threads, [&](std::int64_t chunk) {
        const auto first = chunk * content.chunk_images();
        const auto count = std::min(content.chunk_images(), content.count - first);
        const auto planes = part(file, content.planes_at() + first * content.image_bytes(),
                                 count * content.image_bytes());
        const auto expected = value_at<std::uint64_t>(
            file, static_cast<std::int64_t>(sizeof(Start)) + chunk * checksum_bytes);
        if (checksum(planes) == expected) return;
        refuse(fmt::format("damaged among images {} to {}", first, first + count - 1));
    });
}

Block checked(const Pixels& file, const std::string& key, std::int64_t count, int threads) {
    const Bytes bytes(file);
    const auto content = content_of(bytes, key, count);
    check_planes(bytes, content, threads);
    const auto planes_at = static_cast<std::size_t>(content.planes_at());
    return {.count = static_cast<int>(count),
            .height = content.height,
            .width = content.width,
            .pixels = file.part(planes_at, file.size() - planes_at),
            .labels = {}};
}

}  // namespace

std::int64_t CacheContent::chunk_images() const {
    constexpr std::int64_t chunk_bytes = 16 << 20, most = 128;
    return std::clamp<std::int64_t>(chunk_bytes / image_bytes(), 1, most);
}

std::int64_t CacheContent::chunk_count() const {
    return (count + chunk_images() - 1) / chunk_images();
}

std::int64_t CacheContent::planes_at() const {
    const auto bytes =
        static_cast<std::int64_t>(sizeof(Start)) + (chunk_count() + 1) * checksum_bytes;
    return (bytes + page_bytes - 1) / page_bytes * page_bytes;
}

std::uint64_t checksum(Bytes bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::vector<std::uint8_t> preamble(const CacheContent& content,
                                   std::span<const std::uint64_t> checksums) {
    Start start{magic,
                cache_version,
                static_cast<std::uint32_t>(content.height),
                static_cast<std::uint32_t>(content.width),
                0,
                static_cast<std::uint64_t>(content.count),
                {}};
    std::ranges::copy(content.key, start.key.begin());
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(content.planes_at()));
    std::memcpy(bytes.data(), &start, sizeof start);
    std::memcpy(bytes.data() + sizeof start, checksums.data(), checksums.size_bytes());
    const auto last = bytes.size() - checksum_bytes;
    const auto whole = checksum(Bytes(bytes).first(last));
    std::memcpy(bytes.data() + last, &whole, sizeof whole);
    return bytes;
}

OpenedCache open_cache(const std::filesystem::path& path, const std::string& key,
                       std::int64_t count, int threads) {
    try {
        const auto file = map_file(path);
        if (!file) return {};
        return {checked(*file, key, count, threads), {}};
    } catch (const core::Error& error) {
        return {std::nullopt, fmt::format("{}: {}", path.string(), error.what())};
    }
}

}  // namespace faultline::dataset
