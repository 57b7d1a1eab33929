// The lock is flock on the partial file itself: it ends with its process, however that ends, and
// there is no lock file to be left behind. A file that was renamed or removed while we waited is
// recognised by its name leading elsewhere.
#include "partial_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

namespace faultline::dataset {
namespace {

namespace fs = std::filesystem;

constexpr const char* suffix = ".partial";

bool is_named(int descriptor, const fs::path& path) {
    struct stat held {};
    struct stat named {};
    return fstat(descriptor, &held) == 0 && stat(path.c_str(), &named) == 0 &&
           held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

/// Any of a system call's failures but those by a signal.
template <class Call>
auto repeated(Call call) {
    while (true) {
        const auto result = call();
        if (result >= 0 || errno != EINTR) return result;
    }
}

void remove_if_dead(const fs::path& partial) {
    const int descriptor = ::open(partial.c_str(), O_RDWR | O_CLOEXEC);
    if (descriptor < 0) return;
    const bool is_dead = flock(descriptor, LOCK_EX | LOCK_NB) == 0;
    if (is_dead && is_named(descriptor, partial)) unlink(partial.c_str());
    close(descriptor);
}

}  // namespace

PartialFile::PartialFile(const fs::path& path, const std::function<void()>& waiting)
    : path_(path), partial_(path.string() + suffix) {
    try {
        lock(waiting);
        if (ftruncate(descriptor_, 0) != 0) fail("cannot be emptied");
    } catch (...) {
        if (descriptor_ >= 0) close(descriptor_);
        throw;
    }
}

PartialFile::~PartialFile() {
    if (!published_) unlink(partial_.c_str());
    close(descriptor_);
}

void PartialFile::lock(const std::function<void()>& waiting) {
    constexpr std::chrono::milliseconds pause(100);
    while (true) {
        descriptor_ = ::open(partial_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (descriptor_ < 0) fail("cannot be made");
        while (repeated([&] { return flock(descriptor_, LOCK_EX | LOCK_NB); }) != 0) {
            if (errno != EWOULDBLOCK) fail("cannot be locked");
            waiting();
            std::this_thread::sleep_for(pause);
        }
        if (is_named(descriptor_, partial_)) return;
        close(std::exchange(descriptor_, -1));
    }
}

void PartialFile::reserve(std::int64_t size_bytes) {
    if (repeated([&] { return fallocate(descriptor_, 0, 0, size_bytes); }) == 0) return;
    // Where the file system can't reserve, writing will show.
    if (errno != EOPNOTSUPP && errno != ENOSYS) fail("cannot be written");
}

void PartialFile::write(std::int64_t at, std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const auto written =
            repeated([&] { return pwrite(descriptor_, bytes.data(), bytes.size(), at); });
        if (written < 0) fail("cannot be written");
        bytes = bytes.subspan(static_cast<std::size_t>(written));
        at += written;
    }
}

void PartialFile::publish() {
    if (repeated([&] { return fsync(descriptor_); }) != 0) fail("cannot be written");
    if (rename(partial_.c_str(), path_.c_str()) != 0) fail("cannot be renamed");
    published_ = true;
    // The new name reaches the disk with its folder; a file lost otherwise would only be made
    // again.
    const int folder = ::open(path_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return;
    fsync(folder);
    close(folder);
}

void PartialFile::fail(const char* what) const {
    throw Unwritable(fmt::format("{} {}: {}", partial_.string(), what, std::strerror(errno)));
}

void remove_dead_partials(const fs::path& folder) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
        if (entry.path().extension() == suffix) remove_if_dead(entry.path());
    }
}

}  // namespace faultline::dataset
