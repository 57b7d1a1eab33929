#include "descriptor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <faultline/core/error.h>
#include <cerrno>
#include <cstring>
#include <utility>

namespace faultline::core {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const char* action) {
    const int reason = errno;
    throw Error(Fault::input,
                fmt::format("{}: cannot {}: {}", path.string(), action, std::strerror(reason)));
}

}  // namespace

Descriptor::Descriptor(std::filesystem::path path, int flags, unsigned mode)
    : path_(std::move(path)), number_(::open(path_.c_str(), flags | O_CLOEXEC, mode)) {
    if (number_ < 0) fail(path_, (flags & O_CREAT) != 0 ? "create" : "open");
}

Descriptor::~Descriptor() {
    if (number_ >= 0) ::close(number_);
}

Descriptor Descriptor::regular(const std::filesystem::path& path) {
    // Opening a pipe would wait for its writer, a device may act on being opened: look first.
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) fail(path, "open");
    if (!S_ISREG(status.st_mode)) {
        throw Error(Fault::input, fmt::format("{}: not a regular file", path.string()));
    }
    return Descriptor(path, O_RDONLY | O_NONBLOCK);
}

std::size_t Descriptor::read(std::span<std::byte> buffer) {
    while (true) {
        const auto count = ::read(number_, buffer.data(), buffer.size());
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EINTR) fail(path_, "read");
    }
}

void Descriptor::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count = ::write(number_, bytes.data(), bytes.size());
        if (count >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno != EINTR) {
            fail(path_, "write");
        }
    }
}

void Descriptor::sync() {
    if (::fsync(number_) != 0) fail(path_, "sync");
}

bool Descriptor::lock() {
    while (::flock(number_, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) return false;
        if (errno != EINTR) fail(path_, "lock");
    }
    return true;
}

void Descriptor::truncate(std::uint64_t size_bytes) {
    const auto size = static_cast<off_t>(size_bytes);
    if (::ftruncate(number_, size) != 0) fail(path_, "truncate");
    if (::lseek(number_, size, SEEK_SET) != size) fail(path_, "seek");
}

void Descriptor::close() {
    if (::close(std::exchange(number_, -1)) != 0) fail(path_, "close");
}

}  // namespace faultline::core
