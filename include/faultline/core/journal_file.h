#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

/// Files that grow while others may die: what is at the end of one is safe or not there.
namespace faultline::core {

class Descriptor;

/// One process at a time holds a file. The lock goes with the process, however that ends.
class FileLock {
 public:
    /// Makes the file where it isn't there. Throws Error(usage) when another process holds it,
    /// Error(input) where the file system has no locks.
    explicit FileLock(const std::filesystem::path& path);
    ~FileLock();
    FileLock(FileLock&&) noexcept;
    FileLock& operator=(FileLock&&) noexcept;

 private:
    std::unique_ptr<Descriptor> file_;
};

/// A file that lines are added to.
class AppendFile {
 public:
    /// Makes the file where it isn't there (and syncs its folder), and cuts it to its first
    /// `keep_bytes`. Throws Error(input) naming the path and the system's reason, as do all below.
    AppendFile(const std::filesystem::path& path, std::uint64_t keep_bytes);
    ~AppendFile();
    AppendFile(AppendFile&&) noexcept;
    AppendFile& operator=(AppendFile&&) noexcept;

    /// Written, but not safe before sync(). When either throws, the file is cut to what was safe,
    /// as far as the system lets us.
    void append(std::string_view bytes);
    void sync();

 private:
    template <class Work>
    void cutting_back(Work work);

    std::unique_ptr<Descriptor> file_;
    std::uint64_t size_bytes_;
    std::uint64_t safe_bytes_;
};

}  // namespace faultline::core
