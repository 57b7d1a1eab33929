#include "source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <faultline/core/error.h>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace faultline::archive {

namespace {

constexpr const char* ends_too_early = "ends too early: truncated, or damaged in its directory";

}  // namespace

Source::Source(const std::filesystem::path& path, std::uint64_t limit_bytes)
    : name_(path.string()) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        refuse(fmt::format("cannot open: {}", std::strerror(errno)));
    }
    if (!S_ISREG(status.st_mode)) refuse("not a regular file");
    size_bytes_ = static_cast<std::uint64_t>(status.st_size);
    require_within(limit_bytes);
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor_ < 0) refuse(fmt::format("cannot open: {}", std::strerror(errno)));
}

Source::Source(std::string name, std::span<const unsigned char> bytes, std::uint64_t limit_bytes)
    : name_(std::move(name)), bytes_(bytes), size_bytes_(bytes.size()) {
    require_within(limit_bytes);
}

Source::~Source() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void Source::require_within(std::uint64_t limit_bytes) const {
    if (size_bytes_ <= limit_bytes) return;
    refuse(fmt::format("{} bytes, but at most {} are allowed", size_bytes_, limit_bytes));
}

void Source::read(std::uint64_t offset, std::span<unsigned char> buffer) const {
    if (descriptor_ >= 0) return read_file(offset, buffer);
    if (offset > bytes_.size() || buffer.size() > bytes_.size() - offset) refuse(ends_too_early);
    std::ranges::copy(bytes_.subspan(offset, buffer.size()), buffer.begin());
}

void Source::read_file(std::uint64_t offset, std::span<unsigned char> buffer) const {
    while (!buffer.empty()) {
        const auto count =
            ::pread(descriptor_, buffer.data(), buffer.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) refuse(fmt::format("cannot read: {}", std::strerror(errno)));
        if (count == 0) refuse(ends_too_early);
        offset += static_cast<std::uint64_t>(count);
        buffer = buffer.subspan(static_cast<std::size_t>(count));
    }
}

void Source::refuse(const std::string& what) const {
    throw core::Error(core::Fault::input, fmt::format("{}: {}", name_, what));
}

Fields::Fields(const Source& source, std::uint64_t offset, std::uint64_t size_bytes)
    : source_(source) {
    // Sizes come from the file: ask before memory is taken for them.
    if (offset > source.size_bytes() || size_bytes > source.size_bytes() - offset) {
        source.refuse(ends_too_early);
    }
    bytes_.resize(size_bytes);
    source.read(offset, bytes_);
}

Bytes Fields::bytes(std::size_t count) {
    const auto part = take(count);
    return {part.begin(), part.end()};
}

std::string Fields::text(std::size_t count) {
    const auto part = take(count);
    return {part.begin(), part.end()};
}

std::uint64_t Fields::number(std::size_t byte_count) {
    std::uint64_t number = 0;
    unsigned shift = 0;
    for (const auto byte : take(byte_count)) {
        number |= std::uint64_t{byte} << shift;
        shift += 8;
    }
    return number;
}

std::span<const unsigned char> Fields::take(std::size_t count) {
    if (count > bytes_.size() - position_) {
        source_.refuse("damaged: a record of its directory ends too early");
    }
    const auto part = std::span(bytes_).subspan(position_, count);
    position_ += count;
    return part;
}

std::string shown(const std::string& name) {
    constexpr std::size_t limit = 200;
    auto text = name.size() <= limit ? name : name.substr(0, limit) + "...";
    for (auto& character : text) {
        const auto code = static_cast<unsigned char>(character);
        if (code < 0x20 || code == 0x7f) character = '?';
    }
    return text;
}

}  // namespace faultline::archive
