#include <fcntl.h>
#include <fmt/format.h>

#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <faultline/core/journal_file.h>

#include "descriptor.h"

namespace faultline::core {

FileLock::FileLock(const std::filesystem::path& path)
    : file_(std::make_unique<Descriptor>(path, O_RDWR | O_CREAT, 0666)) {
    if (file_->lock()) return;
    throw Error(Fault::usage,
                fmt::format("{}: another process is at work in this folder; wait for it, or give "
                            "another folder",
                            path.string()));
}

FileLock::~FileLock() = default;
FileLock::FileLock(FileLock&&) noexcept = default;
FileLock& FileLock::operator=(FileLock&&) noexcept = default;

AppendFile::AppendFile(const std::filesystem::path& path, std::uint64_t keep_bytes)
    : file_(std::make_unique<Descriptor>(path, O_WRONLY | O_CREAT, 0666)),
      size_bytes_(keep_bytes),
      safe_bytes_(keep_bytes) {
    file_->truncate(keep_bytes);
    file_->sync();
    sync_folder(path.has_parent_path() ? path.parent_path() : std::filesystem::path("."));
}

AppendFile::~AppendFile() = default;
AppendFile::AppendFile(AppendFile&&) noexcept = default;
AppendFile& AppendFile::operator=(AppendFile&&) noexcept = default;

template <class Work>
void AppendFile::cutting_back(Work work) {
    try {
        work();
    } catch (const Error&) {
        try {
            file_->truncate(safe_bytes_);
        } catch (const Error&) {  // a torn line is dropped by whoever reads it
        }
        throw;
    }
}

void AppendFile::append(std::string_view bytes) {
    cutting_back([&] { file_->write(bytes); });
    size_bytes_ += bytes.size();
}

void AppendFile::sync() {
    cutting_back([&] { file_->sync(); });
    safe_bytes_ = size_bytes_;
}

}  // namespace faultline::core
