#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

namespace faultline::core {

/// An open file: closed when the scope ends, every failure thrown as Error(input) that names the
/// path and the system's reason.
class Descriptor {
 public:
    /// `flags` and `mode` as in open(2); close-on-exec is added.
    Descriptor(std::filesystem::path path, int flags, unsigned mode = 0);
    ~Descriptor();
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    /// Opens a regular file for reading; anything else (a folder, a pipe, a device) is refused.
    static Descriptor regular(const std::filesystem::path& path);

    /// As many bytes as there are, at most `buffer.size()`; 0 at the end of the file.
    std::size_t read(std::span<std::byte> buffer);
    void write(std::string_view bytes);
    void sync();
    /// Whether nobody else holds the file's lock: then this descriptor does until it is closed.
    bool lock();
    /// Cuts the file to its first `size_bytes`; what is written next goes there.
    void truncate(std::uint64_t size_bytes);
    /// Closes now, so that a failure (a network file system reports a full disk here) is seen.
    void close();

 private:
    std::filesystem::path path_;
    int number_;
};

}  // namespace faultline::core
