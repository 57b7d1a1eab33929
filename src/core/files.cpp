#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "descriptor.h"

namespace faultline::core {

namespace fs = std::filesystem;

namespace {

fs::path folder_of(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// A name in the folder of `path` that no other writer uses: neither a thread of this process nor,
/// on a shared file system, a process of the same number on another machine (creation is
/// exclusive).
fs::path temporary_beside(const fs::path& path) {
    static std::atomic<unsigned> serial = 0;
    while (true) {
        auto name = fmt::format(".{}.{}-{}.tmp", path.filename().string(), ::getpid(), serial++);
        auto candidate = folder_of(path) / name;
        std::error_code ignored;
        if (!fs::exists(candidate, ignored)) return candidate;
    }
}

/// Removes what it names unless it was kept.
struct Temporary {
    fs::path path;
    bool kept = false;

    ~Temporary() {
        std::error_code ignored;
        if (!kept) fs::remove(path, ignored);
    }
};

/// Renaming over a device or a pipe would replace it.
void require_replaceable(const fs::path& path) {
    std::error_code ignored;
    const auto type = fs::status(path, ignored).type();
    if (type == fs::file_type::regular || type == fs::file_type::not_found) return;
    if (type == fs::file_type::none) return;  // unreadable: creating the temporary says why
    throw Error(Fault::input,
                fmt::format("{}: not a regular file, so it cannot be replaced", path.string()));
}

}  // namespace

std::string read_file(const fs::path& path, std::uint64_t limit_bytes) {
    const auto require_within = [&](bool within) {
        if (within) return;
        throw Error(Fault::input, fmt::format("{}: larger than the {} bytes allowed here",
                                              path.string(), limit_bytes));
    };
    auto file = Descriptor::regular(path);
    std::error_code unknown;
    const auto size = fs::file_size(path, unknown);
    require_within(unknown || size <= limit_bytes);  // before memory is taken; it may still grow
    std::string bytes;
    std::array<std::byte, 1U << 16U> buffer;
    while (const auto count = file.read(buffer)) {
        require_within(count <= limit_bytes - bytes.size());
        bytes.append(reinterpret_cast<const char*>(buffer.data()), count);
    }
    return bytes;
}

void write_file(const fs::path& path, std::string_view bytes) {
    require_replaceable(path);
    const auto name = temporary_beside(path);
    Descriptor file(name, O_WRONLY | O_CREAT | O_EXCL, 0666);
    Temporary temporary{name};
    file.write(bytes);
    file.sync();
    file.close();
    if (::rename(name.c_str(), path.c_str()) != 0) {
        throw Error(Fault::input,
                    fmt::format("{}: cannot replace: {}", path.string(), std::strerror(errno)));
    }
    temporary.kept = true;
    Descriptor(folder_of(path), O_RDONLY | O_DIRECTORY).sync();
}

void require_writable_folder(const fs::path& folder) {
    std::error_code failure;
    fs::create_directories(folder, failure);
    if (failure) {
        throw Error(Fault::usage, fmt::format("{}: cannot create the folder: {}", folder.string(),
                                              failure.message()));
    }
    try {
        const Temporary probe{temporary_beside(folder / "probe")};
        Descriptor file(probe.path, O_WRONLY | O_CREAT | O_EXCL, 0666);
        file.write("probe");
        file.close();
    } catch (const Error& error) {
        throw Error(Fault::usage, fmt::format("{}: cannot write files in this folder ({})",
                                              folder.string(), error.what()));
    }
}

}  // namespace faultline::core
